// Evidence knows the account that recorded it: its property recordedBy. Earlier evidence
// has none.

// The audit: chains of entries, and whom these are about by random ids.
CREATE CONSTRAINT zhitu_audit_chain_id IF NOT EXISTS FOR (n:AuditChain) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT zhitu_audit_entry_number IF NOT EXISTS FOR (n:AuditEntry) REQUIRE (n.chain, n.number) IS UNIQUE;
CREATE CONSTRAINT zhitu_audit_subject_id IF NOT EXISTS FOR (n:AuditSubject) REQUIRE n.id IS UNIQUE;
CREATE INDEX zhitu_audit_entry_at IF NOT EXISTS FOR (n:AuditEntry) ON (n.at);
CREATE INDEX zhitu_audit_entry_account IF NOT EXISTS FOR (n:AuditEntry) ON (n.account, n.at);
