package access

import "iter"

// Action is a class of things that a viewer does or sees. Every field of the schema has
// exactly one.
type Action uint8

// The actions.
const (
	Catalog         Action = iota // see points, competencies, positions, resources, the scale
	Org                           // see departments
	History                       // see publications of the catalog
	PeopleList                    // find a person in a list
	Card                          // see a person's code, name, department, position, manager
	Learner                       // see a person's states, evidence, targets, gap and path
	Aggregate                     // see what many people come to
	EditCatalog                   // edit points, competencies, edges, the scale
	EditResource                  // edit resources
	EditPosition                  // edit positions and their requirements
	EditPeople                    // edit a person
	EditOrg                       // edit departments
	Assess                        // enter or delete a person's mastery
	Place                         // ask a person the questions of a placement
	Record                        // record evidence of a person
	Retract                       // take evidence of a person back
	Import                        // plan and apply imports by upload, see own ones
	Unmapped                      // list statements that could not be mapped
	UnmappedContent               // read, retry and discard such statements
	OwnData                       // export own data, object to a state, see who looked
	Erase                         // erase a person
	Audit                         // read the audit log
	Metrics                       // read the metrics of the server
	Schema                        // read the schema of the API
	Administer                    // manage accounts, grants, service tokens, settings
	Approve                       // say the second yes
	AdministerOwn                 // manage own sessions, password and personal tokens
	actions                       // how many there are
)

// reach says whom a role reaches with an action.
type reach uint8

const (
	none          reach = iota
	self                // the viewer
	selfAndUp           // the viewer and everyone above
	line                // who reports to the viewer, and who is in a department granted as MANAGER
	unit                // who is in a granted department
	unitAndUp           // and the direct managers of those
	firm                // everyone, by a grant for the whole firm alone
	everyone            // everyone, by any grant
	decidedByCode       // by a function of its own, which looks at the kind of evidence, the field or the group
)

// rule is a row of the table: whom each role reaches, and the scope that a token needs.
type rule struct {
	name                                                   string
	employee, manager, trainer, expert, hr, auditor, admin reach
	scope                                                  Scopes // 0: no token has it
	aboutPerson                                            bool   // has a person as subject
	// guarded actions reach own managers by a grant of HR for the whole firm alone.
	guarded bool
}

const anyScope = ^Scopes(0)

// rules is the one table of who may do what.
var rules = [actions]rule{
	//                 name               employee   manager   trainer    expert    hr         auditor   admin     scope
	Catalog:         {"CATALOG", everyone, everyone, everyone, everyone, everyone, everyone, everyone, CatalogRead, false, false},
	Org:             {"ORG", everyone, everyone, everyone, everyone, everyone, everyone, everyone, CatalogRead, false, false},
	History:         {"HISTORY", everyone, everyone, everyone, everyone, everyone, everyone, everyone, CatalogRead, false, false},
	PeopleList:      {"PEOPLE_LIST", self, line, unit, none, unit, everyone, everyone, PeopleRead | LearnerRead, true, false},
	Card:            {"CARD", selfAndUp, line, unitAndUp, none, unitAndUp, everyone, everyone, PeopleRead | LearnerRead, true, false},
	Learner:         {"LEARNER", self, line, unit, none, unit, none, none, LearnerRead, true, true},
	Aggregate:       {"AGGREGATE", decidedByCode, decidedByCode, decidedByCode, decidedByCode, decidedByCode, none, none, InsightRead, false, false},
	EditCatalog:     {"EDIT_CATALOG", none, none, none, everyone, none, none, none, CatalogWrite, false, false},
	EditResource:    {"EDIT_RESOURCE", none, none, everyone, everyone, everyone, none, none, CatalogWrite, false, false},
	EditPosition:    {"EDIT_POSITION", none, none, none, everyone, firm, none, none, CatalogWrite, false, false},
	EditPeople:      {"EDIT_PEOPLE", decidedByCode, none, none, none, unit, none, none, PeopleWrite, true, true},
	EditOrg:         {"EDIT_ORG", none, none, none, none, unit, none, none, PeopleWrite, false, false},
	Assess:          {"ASSESS", none, none, unit, none, unit, none, none, EvidenceWrite, true, true},
	Place:           {"PLACE", self, none, unit, none, unit, none, none, EvidenceWrite, true, true},
	Record:          {"RECORD", decidedByCode, decidedByCode, decidedByCode, none, decidedByCode, none, none, EvidenceWrite, true, true},
	Retract:         {"RETRACT", decidedByCode, decidedByCode, decidedByCode, none, decidedByCode, none, none, EvidenceWrite, true, true},
	Import:          {"IMPORT", everyone, everyone, everyone, everyone, everyone, none, none, CatalogWrite | PeopleWrite | EvidenceWrite, false, false},
	Unmapped:        {"UNMAPPED", none, none, none, none, firm, none, everyone, EvidenceWrite, false, false},
	UnmappedContent: {"UNMAPPED_CONTENT", none, none, none, none, firm, none, none, EvidenceWrite, false, false},
	OwnData:         {"OWN_DATA", everyone, none, none, none, none, none, none, 0, false, false},
	Erase:           {"ERASE", none, none, none, none, firm, none, none, 0, false, false},
	Audit:           {"AUDIT", none, none, none, none, none, everyone, none, AuditRead, false, false},
	Metrics:         {"METRICS", none, none, none, none, none, none, everyone, MetricsRead, false, false},
	Schema:          {"SCHEMA", everyone, everyone, everyone, everyone, everyone, everyone, everyone, anyScope, false, false},
	Administer:      {"ADMINISTER", none, none, none, none, none, none, everyone, 0, false, false},
	Approve:         {"APPROVE", none, none, none, none, firm, everyone, none, 0, false, false},
	AdministerOwn:   {"ADMINISTER_OWN", everyone, everyone, everyone, everyone, everyone, everyone, everyone, 0, false, false},
}

// Actions returns all actions, in the order of the table.
func Actions() iter.Seq[Action] {
	return func(yield func(Action) bool) {
		for a := range actions {
			if !yield(a) {
				return
			}
		}
	}
}

// String returns the name of the class, such as LEARNER.
func (a Action) String() string { return rules[a].name }
