package store

import "encoding/json"

// UnmappedKind is the kind of the documents that hold unmapped statements (a dead
// letter queue): xAPI statements that could not be mapped to evidence. Such a document
// has the id of its statement, the time when it was received, and an UnmappedBody.
const UnmappedKind = "unmapped_statement"

// UnmappedBody is the body of such a document:
//
//	{"reason": {"en": "…", "zh": "…"}, "statement": "…", "sentBy": "…"}
type UnmappedBody struct {
	Reason    UnmappedReason `json:"reason"`
	Statement string         `json:"statement"` // its text as it was sent
	// SentBy is the id of the account that sent it, empty where none was noted.
	SentBy string `json:"sentBy,omitempty"`
}

// UnmappedReason says in both languages why a statement could not be mapped; a
// fault.Text can be converted to it.
type UnmappedReason struct {
	EN string `json:"en"`
	ZH string `json:"zh"`
}

// JSON returns the body as it is kept.
func (b UnmappedBody) JSON() string {
	text, err := json.Marshal(b)
	if err != nil {
		panic(err) // texts always have a JSON form
	}
	return string(text)
}
