package store

// EventKind is the kind of the documents that hold what events tell of: a document for
// each event, by its key, with the JSON of a competency.Event. So several instances, and
// statements in any order, agree on which results of an event count. Its time is that of
// the first result that came.
const EventKind = "statement_event"
