// Evidence knows the account that recorded it: its property recordedBy. Earlier evidence
// has none.
