package audit

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

// Done is the outcome of what was done; a refusal has the code of its error.
const Done = "OK"

// Entries about the chains themselves have these verbs.
const (
	verbStart      = "start"      // an instance has begun a chain
	verbCheckpoint = "checkpoint" // a chain of another has come that far
	verbEnd        = "end"        // an instance has ended its chain
)

// maxFilter is how much of a filter an entry keeps, in bytes.
const maxFilter = 500

// body is what an entry says besides the fields by which it is found.
type body struct {
	Verb     string `json:"verb"`
	Token    string `json:"token,omitempty"`
	User     string `json:"user,omitempty"`
	Object   string `json:"object,omitempty"`
	Count    int    `json:"count,omitempty"`
	Filter   string `json:"filter,omitempty"`
	Revision int64  `json:"revision,omitempty"`
	Request  string `json:"request,omitempty"`
	Address  string `json:"address,omitempty"`
	Mark     *mark  `json:"mark,omitempty"`
}

// mark says how far a chain had come.
type mark struct {
	Chain  string `json:"chain"`
	Number int64  `json:"number"`
	MAC    string `json:"mac"`
}

func (b body) json() string {
	text, err := json.Marshal(b)
	if err != nil {
		panic(err) // texts and numbers always have a JSON form
	}
	return string(text)
}

// draft is an entry that has no place in a chain yet.
type draft struct {
	at                       time.Time
	account, action, outcome string
	people                   []string // codes
	subjects                 []string // the ids of these, once they are known
	body                     body
}

// draftOf makes an entry of what a request has collected.
func draftOf(r Request, p *pending, now time.Time) draft {
	d := draft{
		at: now, account: p.who.Account, action: p.action.String(), outcome: string(p.outcome), people: p.subjects,
		body: body{
			Verb: p.verb, Token: p.who.Token, User: r.User, Object: p.object, Count: p.count, Filter: competency.Truncate(p.filter, maxFilter),
			Revision: p.revision, Request: r.ID, Address: r.Address,
		},
	}
	if d.outcome == "" {
		d.outcome = Done
	}
	if len(d.people) > maxSubjects {
		d.people, d.body.Count = nil, len(d.people)
	}
	return d
}

// chainDraft is an entry about a chain.
func chainDraft(verb, chain string, m *mark, now time.Time) draft {
	return draft{
		at: now, account: access.SystemAccount, action: access.Audit.String(), outcome: Done,
		body: body{Verb: verb, Object: chain, Mark: m},
	}
}

// resolve puts subject ids to a draft; false where one is missing.
func (d *draft) resolve(ids map[string]string) bool {
	d.subjects = nil
	for _, code := range d.people {
		id, ok := ids[code]
		if !ok {
			return false
		}
		d.subjects = append(d.subjects, id)
	}
	slices.Sort(d.subjects)
	d.subjects = slices.Compact(d.subjects)
	return true
}

// entry gives a draft its place.
func (d *draft) entry(k Key, chain, before string, number int64) store.JournalEntry {
	e := store.JournalEntry{
		Chain: chain, Number: number, At: d.at.UTC().Truncate(time.Microsecond), Account: d.account, Action: d.action, Outcome: d.outcome,
		Subjects: d.subjects, Body: d.body.json(),
	}
	e.MAC = k.mac(before, &e)
	return e
}
