// Package audit keeps who did what, and who read whose data, in chains of entries that
// cannot be altered or shortened without Verify saying where.
//
//   - Whoever decides or acts calls Note, which only collects. A transport calls Begin
//     before a request, and Log.Commit before its answer leaves.
//   - Hash chain: each entry carries an HMAC over itself and the one before. Each instance
//     writes a chain of its own, so that instances never wait for each other.
//   - Pseudonyms: entries name people by random subject ids. Forget deletes the row that
//     says whose an id is, and the chain stays whole.
package audit

import (
	"context"
	"slices"
	"sync"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/fault"
)

// maxSubjects is how many people an entry names. One about more has their number alone.
const maxSubjects = 20

// Event is what Note is given: something that the viewer of a context did, or was refused.
// It never holds a value of mastery.
type Event struct {
	Action access.Action // the class
	// Verb is what was done, as a short lower-case word: read, create, update, delete, record,
	// retract, export, sign-in, grant, revoke and so on.
	Verb string
	// Subjects are the codes of the employees whom it is about. Events of one request that
	// differ in nothing else become one entry. An entry has 20 at most, else their number.
	Subjects []string
	// Count is how many people it is about, where Subjects does not name them. Then Filter
	// says how these were chosen.
	Count  int
	Filter string
	// Object is the id of the account, token or document that was changed, empty for none.
	Object string
	// Account is who did it where the context has no viewer, as at a sign-in: the id of the
	// account, empty where there is none.
	Account string
	// Revision is that of the catalog after an edit, else 0.
	Revision int64
	// Outcome is the code of the refusal, "" where it was done.
	Outcome fault.Code
}

// Request is what entries tell of the request that they belong to.
type Request struct {
	ID      string // as the log of the server and the answer have it
	Address string // of the client, without the port
	User    string // of the operating system, for commands on the machine of the store
	Export  bool   // what is read is taken away, as in a file: an entry of a read says export
}

type recorderKey struct{}

// Begin returns a context in which Note collects events, for Log.Commit to write.
func Begin(ctx context.Context, r Request) context.Context {
	return context.WithValue(ctx, recorderKey{}, &recorder{request: r})
}

// Note collects an event in the request of a context, and does nothing without one. Reads
// of the viewer's own learner data are left out. A person of whom the request has told the
// same before is not told of again: a subscription is one request. It never blocks, and may
// be called from several goroutines.
func Note(ctx context.Context, e Event) {
	r, ok := ctx.Value(recorderKey{}).(*recorder)
	if !ok {
		return
	}
	who := access.Identity{Account: e.Account}
	self := ""
	if v, err := access.FromContext(ctx); err == nil {
		who, self = v.Identity, v.Self()
	}
	who.Name = "" // a chain holds no names
	if r.request.Export && e.Verb == "read" {
		e.Verb = "export"
	}
	if e.Action == access.Learner && e.Outcome == "" && self != "" && len(e.Subjects) > 0 {
		e.Subjects = slices.DeleteFunc(slices.Clone(e.Subjects), func(code string) bool { return code == self })
		if len(e.Subjects) == 0 {
			return
		}
	}
	r.add(who, e)
}

// Pending reports whether anything is noted in the request of a context that is not
// committed yet.
func Pending(ctx context.Context) bool {
	r, ok := ctx.Value(recorderKey{}).(*recorder)
	if !ok {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.list) > 0
}

// pendingKey is what events have in common that become one entry.
type pendingKey struct {
	who                  access.Identity
	action               access.Action
	verb, filter, object string
	revision             int64
	count                int
	outcome              fault.Code
}

// pending is an entry that is still to be written.
type pending struct {
	pendingKey
	subjects []string // codes, each once
}

// recorder collects the events of a request.
type recorder struct {
	request Request
	mu      sync.Mutex
	list    []*pending
	noted   map[pendingKey]*noted
}

// noted is all that a request has told of one kind, written or not.
type noted struct {
	subjects map[string]bool // codes; "" where an event was about nobody
	entry    *pending        // the one that is about people and not yet taken; nil for none
}

func (r *recorder) add(who access.Identity, e Event) {
	key := pendingKey{who, e.Action, e.Verb, e.Filter, e.Object, e.Revision, e.Count, e.Outcome}
	r.mu.Lock()
	defer r.mu.Unlock()
	n := r.noted[key]
	if n == nil {
		n = &noted{subjects: map[string]bool{}}
		if r.noted == nil {
			r.noted = map[pendingKey]*noted{}
		}
		r.noted[key] = n
	}
	if len(e.Subjects) == 0 && !n.subjects[""] {
		n.subjects[""] = true
		r.list = append(r.list, &pending{pendingKey: key})
	}
	for _, code := range e.Subjects {
		if n.subjects[code] {
			continue
		}
		n.subjects[code] = true
		if n.entry == nil {
			n.entry = &pending{pendingKey: key}
			r.list = append(r.list, n.entry)
		}
		n.entry.subjects = append(n.entry.subjects, code)
	}
}

// take returns what is to be written, and forgets it.
func (r *recorder) take() []*pending {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := r.list
	r.list = nil
	for _, p := range list {
		r.noted[p.pendingKey].entry = nil
	}
	return list
}

// Continue returns a context whose events are those of the request of another, for work that
// goes on after its answer. They are collected by themselves, and so committed.
func Continue(ctx, request context.Context) context.Context {
	r, ok := request.Value(recorderKey{}).(*recorder)
	if !ok {
		return ctx
	}
	return Begin(ctx, r.request)
}
