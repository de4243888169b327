package neo4jstore

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

// How Moved misses nobody.
//
// Every writer holds the writers' lock and counts its write (Zhitu.written) in the same
// transaction. So the n-th write gives those whom it changes numbers from n·moveSpread
// on, and numbers are in the order of commits; no node is locked that is not locked
// anyway. Only a batch of evidence that is committed in several transactions can come
// late: where the one with the lock dies, the others may be committed after the next
// writer's. Whoever has the lock next finds the gate odd. It notes there which write is
// in doubt, and until when, and no mark passes that write in the meantime.

// moveSpread is how many numbers a write has. Should it change more people, the last
// of them share one.
const moveSpread = 1 << 23

// notePeople gives the people of a change set their numbers.
func notePeople(cs competency.ChangeSet) []batchStatement {
	present, deleted := store.ChangedPeople(cs)
	return []batchStatement{
		{statement: cypher("note people", "SPREAD", strconv.Itoa(moveSpread)), rows: moveRows(present)},
		{statement: cypher("note deleted people", "SPREAD", strconv.Itoa(moveSpread)), rows: moveRows(deleted)},
	}
}

func moveRows(codes []string) []row {
	rows := make([]row, len(codes))
	for i, code := range codes {
		rows[i] = row{"code": code, "place": int64(min(i, moveSpread-1))}
	}
	return rows
}

// moveMark is a mark: the numbers up to one have been returned.
type moveMark struct {
	after int64
	// floor bounds the mark at the end of several pages, where a write was in doubt
	// while they were read.
	floor int64
}

const noFloor = math.MaxInt64

func (m moveMark) String() string {
	if m.floor == noFloor {
		return strconv.FormatInt(m.after, 10)
	}
	return fmt.Sprintf("%d.%d", m.after, m.floor)
}

func parseMoveMark(text string) (m moveMark, err error) {
	after, floor, bounded := strings.Cut(text, ".")
	m.floor = noFloor
	if m.after, err = strconv.ParseInt(after, 10, 64); err == nil && bounded {
		m.floor, err = strconv.ParseInt(floor, 10, 64)
	}
	if err != nil || m.after < 0 || m.floor < 0 {
		return m, fmt.Errorf("%q is no mark", text)
	}
	return m, nil
}

// Moved returns people who have changed since a mark.
func (s *Store) Moved(ctx context.Context, mark string) (p store.MovedPage, err error) {
	from := moveMark{after: math.MaxInt64, floor: noFloor} // now: nobody is above it
	if mark != "" {
		if from, err = parseMoveMark(mark); err != nil {
			return p, s.wrapError(ctx, "moved", err)
		}
	}
	err = s.callServer(ctx, "moved", s.timeout, func(ctx context.Context) error {
		return s.consistentRead(ctx, func(ctx context.Context, r statementRunner) (before, after int64, err error) {
			p, before, after, err = movedPage(ctx, r, from)
			return before, after, err
		})
	})
	if err != nil {
		return store.MovedPage{}, err
	}
	return p, nil
}

func movedPage(ctx context.Context, r statementRunner, from moveMark) (p store.MovedPage, before, after int64, err error) {
	const end = math.MaxInt64
	one, err := singleRecord(r.run(ctx, cypher("moved"), map[string]any{
		"after": from.after, "most": int64(store.MaxMoved), "end": int64(end),
	}))
	if err != nil {
		return p, 0, 0, err
	}
	v := one.Values
	before, ok := v[0].(int64)
	after, too := v[1].(int64)
	written, three := v[2].(int64)
	last, four := v[4].(int64)
	if !ok || !too || !three || !four {
		return p, 0, 0, errDatabaseReplaced
	}
	for _, list := range v[5:7] {
		codes, _ := list.([]any)
		for _, code := range codes {
			p.Employees = append(p.Employees, fmt.Sprint(code))
		}
	}
	doubt, doubtful := v[3].(int64)
	p.More = last != end
	p.Forgotten, _ = v[7].(bool)
	p.Mark = from.next(written, last, p.More, doubt, doubtful).String()
	return p, before, after, nil
}

// next returns the mark after a page, which was the last one or ended with a number.
func (m moveMark) next(written, last int64, more bool, doubt int64, doubtful bool) moveMark {
	floor := m.floor
	if doubtful {
		floor = min(floor, doubt*moveSpread-1)
	}
	if more {
		return moveMark{last, floor}
	}
	told := (written+1)*moveSpread - 1
	if m.after != math.MaxInt64 { // a reader that lags behind does not set it back
		told = max(told, m.after)
	}
	return moveMark{min(told, floor), noFloor}
}

// ForgetMoved deletes the node that tells of a deleted person.
func (s *Store) ForgetMoved(ctx context.Context, employee string) error {
	return s.writeDocuments(ctx, "forget moved", 1, documentSteps{{statement: cypher("forget moved", "SPREAD", strconv.Itoa(moveSpread)), rows: []row{{"code": employee}}}})
}
