package store

// ReplayKind is the kind of the documents that a migration leaves where the states of a
// store lack something until their evidence is replayed. Each id names what they lack.
const ReplayKind = "replay"

// ReplayHeld names what states lack that were stored before there were two beliefs: what
// was held. Their mastery stands for it.
const ReplayHeld = "held"
