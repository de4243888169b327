// What the database is: ours, new, or another program's.

// ## schema
MATCH (z:Zhitu {name: 'store'})
WHERE z.schema IS NOT NULL
RETURN z.schema

// ## foreign nodes
MATCH (n:Learnable|Competency|KnowledgePoint|Position|Resource|ScaleLevel|OrgUnit|Employee|Evidence|DroppedEvidence|SetAside|ZhituDocument|DeletedEmployee|ChangeSet|ChangeSetPart|AuditChain|AuditEntry|AuditSubject)
RETURN labels(n)
LIMIT 1

// ## migrated
MATCH (z:Zhitu {name: 'store'})
SET z.lock = true
WITH z
WHERE coalesce(z.schema, 0) < $version
SET z.schema = $version

// ## orphaned index
// The name of an index that no constraint owns.
SHOW INDEXES YIELD name, owningConstraint WHERE name = $name AND owningConstraint IS NULL RETURN name
