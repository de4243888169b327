package neo4jstore_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/neo4jstore"
)

// openCuttable returns a proxy that a test can cut, a store that uses it, and a store
// with a direct connection.
func openCuttable(t *testing.T, o neo4jstore.Options) (w *cuttingProxy, s, direct *neo4jstore.Store) {
	t.Helper()
	uri := emptyDatabase(t)
	direct = openStore(t, uri)
	applyRecords(t, direct, plantRecords())
	w = newCuttingProxy(t, uri)
	return w, openStoreWith(t, w.proxyURI(), o), direct
}

// historyIDs returns the ids of the change sets in the history, oldest first.
func historyIDs(t *testing.T, s store.Store) (list []string) {
	t.Helper()
	all, err := publications(t, s, 1)
	require.NoError(t, err)
	for i, p := range all {
		require.Equal(t, store.Revision(i+2), p.Revision)
		list = append(list, p.ID)
	}
	return list
}

func TestUnsentCommitIsRetried(t *testing.T) {
	w, s, direct := openCuttable(t, ampleTimeout)
	p := w.setTrap(trigger{pattern: commitMessage})
	made, err := s.Apply(t.Context(), 1, store.Change{ChangeSet: competency.ChangeSet{ID: "a", Put: positionRecord("p", "mine")}})
	require.NoError(t, err)
	<-p.fired
	require.Equal(t, store.Revision(2), made)
	require.Equal(t, []string{"a"}, historyIDs(t, direct))

	// A write of people leaves no count, but the last value shows the order.
	p = w.setTrap(trigger{pattern: commitMessage, beforeCut: func() { applyRecords(t, direct, employeeRecord("li", "theirs")) }})
	made, err = s.Apply(t.Context(), 2, store.Change{ChangeSet: competency.ChangeSet{Put: employeeRecord("li", "mine")}})
	require.NoError(t, err)
	<-p.fired
	require.Equal(t, store.Revision(2), made)
	require.Equal(t, "mine", employeeName(t, direct, "li"))

	// If another edit came first, the retry is a conflict, as the write would have been.
	w.setTrap(trigger{pattern: commitMessage, beforeCut: func() { applyRecords(t, direct, positionRecord("p", "theirs")) }})
	_, err = s.Apply(t.Context(), 2, store.Change{ChangeSet: competency.ChangeSet{ID: "b", Put: positionRecord("p", "mine")}})
	require.ErrorIs(t, err, store.ErrConflict)
	require.Equal(t, []string{"a", ""}, historyIDs(t, direct))
}

// It does not matter how much of the answer arrives.
func TestCommitWithLostAnswerIsNotRepeated(t *testing.T) {
	for _, answer := range []int{0, 1, 2, 3, 5} {
		t.Run(fmt.Sprint(answer, " bytes"), func(t *testing.T) {
			w, s, direct := openCuttable(t, ampleTimeout)
			p := w.setTrap(trigger{pattern: commitMessage, forward: true, answerBytes: answer, beforeCut: func() { applyRecords(t, direct, positionRecord("p", "theirs")) }})
			made, err := s.Apply(t.Context(), 1, store.Change{ChangeSet: competency.ChangeSet{ID: "a", Put: positionRecord("p", "mine")}})
			require.NoError(t, err)
			<-p.fired
			require.Equal(t, store.Revision(2), made)
			require.Equal(t, []string{"a", ""}, historyIDs(t, direct))
			require.Equal(t, "theirs", loadCatalog(t, direct).Positions[0].Name)

			p = w.setTrap(trigger{pattern: commitMessage, forward: true, answerBytes: answer, beforeCut: func() { applyRecords(t, direct, employeeRecord("li", "theirs")) }})
			made, err = s.Apply(t.Context(), 3, store.Change{ChangeSet: competency.ChangeSet{Put: employeeRecord("li", "mine")}})
			require.NoError(t, err)
			<-p.fired
			require.Equal(t, store.Revision(3), made)
			require.Equal(t, "theirs", employeeName(t, direct, "li"))
		})
	}
}

// requireUnknownOutcome requires an error that says that the outcome is not known yet.
func requireUnknownOutcome(t *testing.T, err error) {
	t.Helper()
	require.ErrorIs(t, err, store.ErrUnavailable)
	require.Equal(t, fault.Unavailable, fault.CodeOf(err))
	explained, ok := errors.AsType[*fault.Error](err)
	require.True(t, ok)
	require.Contains(t, explained.Text.EN, "whether it was made cannot be told yet: make it again")
	require.Contains(t, explained.Text.ZH, "请重新提交")
}

func TestUnknownCommitCanBeRepeated(t *testing.T) {
	for _, arrives := range []bool{false, true} {
		t.Run(fmt.Sprintf("arrived: %v", arrives), func(t *testing.T) {
			w, s, direct := openCuttable(t, outageOptions) // it waits that long for an answer
			restoreConnection := func() {
				w.restore()
				requireEventually(t, func() bool { return s.Ping(t.Context()) == nil })
			}
			edit := competency.ChangeSet{ID: "a", Put: positionRecord("p", "mine")}
			w.setTrap(trigger{pattern: commitMessage, forward: arrives, keepDown: true})
			requireUnknownOutcome(t, awaitResult(t, func() error {
				_, err := s.Apply(t.Context(), 1, store.Change{ChangeSet: edit})
				return err
			}))
			if arrives {
				require.Equal(t, []string{"a"}, historyIDs(t, direct))
			} else {
				require.Empty(t, historyIDs(t, direct))
			}
			restoreConnection()
			for range 2 {
				made, err := s.Apply(t.Context(), 1, store.Change{ChangeSet: edit})
				require.NoError(t, err)
				require.Equal(t, store.Revision(2), made)
				require.Equal(t, []string{"a"}, historyIDs(t, direct))
			}

			people := competency.ChangeSet{Put: competency.Records{People: competency.People{
				Mastery: []competency.Assessment{{Employee: "li", KnowledgePoint: "crane", Mastery: 0.9}},
			}}, At: noon.Add(time.Hour)}
			w.setTrap(trigger{pattern: commitMessage, forward: arrives, keepDown: true})
			_, err := s.Apply(t.Context(), 2, store.Change{ChangeSet: people})
			requireUnknownOutcome(t, err)
			restoreConnection()
			made, err := s.Apply(t.Context(), 2, store.Change{ChangeSet: people})
			require.NoError(t, err)
			require.Equal(t, store.Revision(2), made)
			p, err := direct.Profile(t.Context(), "li")
			require.NoError(t, err)
			require.Equal(t, 0.9, p.States[0].Mastery)
			require.Equal(t, people.At, p.States[0].AssessedAt)
		})
	}
}

// The store remembers a hundred writes. It must not say of an older one that it was not
// made.
func TestCommitBeyondRememberedWritesIsUnknown(t *testing.T) {
	w, s, direct := openCuttable(t, ampleTimeout)
	w.setTrap(trigger{pattern: commitMessage, forward: true, beforeCut: func() {
		for i := range 100 {
			applyRecords(t, direct, employeeRecord("li", fmt.Sprint("theirs ", i)))
		}
	}})
	edit := competency.ChangeSet{ID: "a", Put: positionRecord("p", "mine")}
	_, err := s.Apply(t.Context(), 1, store.Change{ChangeSet: edit})
	requireUnknownOutcome(t, err)
	made, err := s.Apply(t.Context(), 1, store.Change{ChangeSet: edit})
	require.NoError(t, err)
	require.Equal(t, store.Revision(2), made)
	require.Equal(t, []string{"a"}, historyIDs(t, direct))
}

// A commit that has begun is completed, also if its caller has cancelled.
func TestCancellationDuringCommitReportsOutcome(t *testing.T) {
	w, s, direct := openCuttable(t, ampleTimeout)
	ctx, cancel := context.WithCancel(t.Context())
	w.setTrap(trigger{pattern: commitMessage, forward: true, beforeCut: cancel})
	made, err := s.Apply(ctx, 1, store.Change{ChangeSet: competency.ChangeSet{ID: "a", Put: positionRecord("p", "mine")}})
	require.NoError(t, err)
	require.Equal(t, store.Revision(2), made)
	require.Equal(t, []string{"a"}, historyIDs(t, direct))

	ctx, cancel = context.WithCancel(t.Context())
	w.setTrap(trigger{pattern: commitMessage, beforeCut: cancel})
	_, err = s.Apply(ctx, 2, store.Change{ChangeSet: competency.ChangeSet{ID: "b", Put: positionRecord("p", "again")}})
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, []string{"a"}, historyIDs(t, direct))
	require.Equal(t, store.Revision(2), revisionOf(t, s))
}

// Before the commit is sent, a cancelled write ends and changes nothing.
func TestCancellationBeforeCommitEndsWrite(t *testing.T) {
	w, s, direct := openCuttable(t, ampleTimeout)
	release := make(chan struct{})
	w.setTrap(trigger{pattern: []byte("coalesce($catalog, g.catalog)"), forward: true, beforeCut: func() { <-release }}) // the announcement gets no answer
	defer close(release)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	err := awaitResult(t, func() error { // while the announcement is held
		_, err := s.Apply(ctx, 1, store.Change{ChangeSet: competency.ChangeSet{ID: "a", Put: positionRecord("p", "mine")}})
		return err
	})
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorIs(t, err, store.ErrUnavailable)
	require.Empty(t, historyIDs(t, direct))
	applyRecords(t, direct, positionRecord("p", "theirs"))
	require.Equal(t, "theirs", loadCatalog(t, direct).Positions[0].Name)
}

// Senders that got no answer send the same evidence again, which costs no commit.
func TestKnownEvidenceIsNotCommitted(t *testing.T) {
	uri := emptyDatabase(t)
	s := openStore(t, uri)
	applyRecords(t, s, plantRecords())
	record := func(id string) store.RecordingResult {
		done, err := s.Record(t.Context(), []store.Recording{{Employee: "li", Put: []competency.Evidence{{
			ID: id, Employee: "li", KnowledgePoints: []string{"crane"}, Kind: competency.Exam, Score: 1, At: noon,
		}}}}, func(store.FoldInput) (store.StateChanges, error) { return store.StateChanges{}, nil })
		require.NoError(t, err)
		return done[0]
	}
	written := func() any {
		return runCypher(t, uri, "MATCH (z:Zhitu {name: 'store'}), (g:Zhitu {name: 'gate'}) RETURN z.written, g.people")
	}
	require.Empty(t, record("1").Known)
	before := written()
	require.Contains(t, record("1").Known, "1")
	require.NoError(t, s.PutDocuments(t.Context(), nil))
	require.Equal(t, before, written())
	record("2")
	require.NotEqual(t, before, written())
}

// A large batch is committed in parts, and one of them loses its connection.
func TestLostPartialCommitIsRecordedOnce(t *testing.T) {
	for _, arrives := range []bool{false, true} {
		t.Run(fmt.Sprintf("arrived: %v", arrives), func(t *testing.T) {
			w, s, direct := openCuttable(t, ampleTimeout)
			const people, each = 20, 100
			var all competency.People
			var list []store.Recording
			for i := range people {
				code := fmt.Sprintf("e%02d", i)
				all.Employees = append(all.Employees, competency.Employee{Code: code, Name: code})
				one := store.Recording{Employee: code}
				for n := range each {
					one.Put = append(one.Put, competency.Evidence{
						ID: fmt.Sprint(code, "-", n), Employee: code, KnowledgePoints: []string{"crane"}, Kind: competency.Exam, Score: 1, At: noon,
					})
				}
				list = append(list, one)
			}
			applyRecords(t, direct, competency.Records{People: all})
			count := func(l store.FoldInput) (store.StateChanges, error) {
				return store.StateChanges{Put: []competency.Assessment{{
					Employee: l.Employee, KnowledgePoint: "crane", Mastery: float64(len(l.New)) / each, AssessedAt: noon,
				}}}, nil
			}
			p := w.setTrap(trigger{pattern: commitMessage, forward: arrives})
			done, err := s.Record(t.Context(), list, count)
			require.NoError(t, err)
			<-p.fired
			for _, d := range done {
				require.NoError(t, d.Err)
				require.Empty(t, d.Known)
				require.Len(t, d.StateChanges.Put, 1)
			}
			require.Equal(t, fmt.Sprint(people*each), dumpRows(t, w.proxyURI(), "MATCH (v:Evidence) RETURN count(v)"))
			for page, err := range direct.Profiles(t.Context()) {
				require.NoError(t, err)
				if strings.HasPrefix(page.Employee.Code, "e") {
					require.Len(t, page.States, 1, page.Employee.Code)
					require.Equal(t, 1.0, page.States[0].Mastery)
				}
			}
			require.Equal(t, "0 0", gateParity(t, w.proxyURI()))
		})
	}
}
