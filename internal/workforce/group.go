package workforce

import "github.com/zhitu/zhitu/internal/kg"

// GroupKind is how a group of people is given.
type GroupKind uint8

// The kinds of group.
const (
	WholeFirm  GroupKind = iota // everyone
	Department                  // a department with all beneath it
	Line                        // everyone who reports to a person, at any depth
	Incumbents                  // everyone who holds a position
	Union                       // what the viewer may ask about: departments and a line together
)

// Group is the people whom a question is about: U of the design.
type Group struct {
	Kind    GroupKind
	Code    string // of the department, the head of the line, or the position
	Members Set
	// Hidden are members whom the viewer may not read one by one; see Withholding.
	Hidden Set
}

// OwnPosition stands for the position that each person holds.
const OwnPosition kg.Position = -1
