package people_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/mastery"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
	"github.com/zhitu/zhitu/internal/store"
)

// droppingService is a service on a store of its own, whose clock runs.
type droppingService struct {
	*service.Service
	store store.Store
	clock *servicetest.Clock
}

func openDropping(t testing.TB, text string) droppingService {
	s := droppingService{store: servicetest.MemoryStore(t), clock: &servicetest.Clock{}}
	s.Service = servicetest.Open(t, s.store, s.clock)
	servicetest.Import(t, s.Service, servicetest.World(t, text))
	return s
}

func (s droppingService) drop(t require.TestingT, before time.Time) service.DroppedCount {
	n, err := s.DropEvidence(servicetest.Request(), before, false, func(service.DroppedCount) {})
	require.NoError(t, err)
	return n
}

// Whatever is dropped when, states are bit for bit those of a store that drops nothing, for
// all that comes after: evidence in order and late, repetitions, retractions, masteries that
// are entered and taken away, and replays.
func TestStatesStayTheSameWhateverIsDropped(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	rapid.Check(t, func(draw *rapid.T) {
		text := "A B D"
		if rapid.Bool().Draw(draw, "entered") {
			text += "\n@ A=0.4 B=0.9"
		}
		keeping, dropping := openDropping(t, text), openDropping(t, text)
		both := []droppingService{keeping, dropping}
		var sent []service.EvidenceInput
		retractable := map[string]time.Time{} // by id
		cutoff, now := kgtest.Now.AddDate(0, 0, -40), kgtest.Now
		latest := kgtest.Now // of all evidence and masteries
		for i := range rapid.IntRange(5, 25).Draw(draw, "steps") {
			ahead := time.Duration(rapid.IntRange(0, 20).Draw(draw, "days")) * day
			now = now.Add(ahead)
			for _, s := range both {
				s.clock.Advance(ahead)
			}
			var do func(s droppingService)
			switch rapid.IntRange(0, 7).Draw(draw, "step") {
			default: // evidence, in order or late
				var list []service.EvidenceInput
				for n := range rapid.IntRange(1, 3).Draw(draw, "pieces") {
					e := servicetest.Exam(fmt.Sprint(i, "-", n), "E1", "A", rapid.Float64Range(0, 1).Draw(draw, "score"))
					e.Kind = rapid.SampledFrom(competency.EvidenceKinds).Draw(draw, "kind").Value
					e.KnowledgePoints = rapid.SampledFrom([][]string{{"A"}, {"B"}, {"A", "D"}, {"A", "B", "D"}}).Draw(draw, "points")
					at := cutoff.Add(time.Duration(rapid.Int64Range(0, int64(now.Sub(cutoff)/day)).Draw(draw, "at")) * day)
					e.At, retractable[e.ID] = service.TimeGiven(at), at
					if at.After(latest) {
						latest = at
					}
					list = append(list, e)
				}
				sent = append(sent, list...)
				do = func(s droppingService) { servicetest.Record(t, s.Service, list...) }
			case 3: // all of it again
				do = func(s droppingService) {
					for _, o := range outcomes(servicetest.Record(t, s.Service, sent...)) {
						require.Equal(draw, people.EvidenceDuplicate, o)
					}
				}
			case 4:
				var ids []string
				for _, e := range sent {
					if !retractable[e.ID].Before(cutoff) && rapid.IntRange(0, 3).Draw(draw, "retract") == 0 {
						ids = append(ids, e.ID)
					}
				}
				do = func(s droppingService) {
					p, err := s.RetractEvidence(servicetest.Request(), service.RetractEvidenceInput{IDs: ids})
					require.NoError(draw, err)
					require.Empty(draw, p.UserErrors)
				}
			case 5:
				point, m := rapid.SampledFrom([]string{"A", "B", "D"}).Draw(draw, "point"), rapid.Float64Range(0.1, 1).Draw(draw, "mastery")
				if now = maxTime(now, latest.Add(time.Hour)); now.Sub(keeping.clock.Now()) > 0 {
					ahead := now.Sub(keeping.clock.Now())
					for _, s := range both {
						s.clock.Advance(ahead)
					}
				}
				latest = now
				do = func(s droppingService) { setMastery(t, s.Service, point, m, latest) }
			case 6:
				point := rapid.SampledFrom([]string{"A", "B", "D"}).Draw(draw, "point")
				do = func(s droppingService) { // where one is entered
					_, _ = s.DeleteMastery(servicetest.Request(), service.DeleteMasteryInput{Employee: "E1", KnowledgePoint: point})
				}
			case 7:
				if at := now.AddDate(0, 0, -rapid.IntRange(30, 60).Draw(draw, "keep")); at.After(cutoff) {
					cutoff = at
				}
				do = func(s droppingService) {}
				before := statesOf(t, dropping.store, "E1")
				dropping.drop(draw, cutoff)
				require.Equal(draw, before, statesOf(t, dropping.store, "E1"), "step %d: dropping changes no state", i)
			}
			for _, s := range both {
				do(s)
			}
			require.Equal(draw, statesOf(t, keeping.store, "E1"), statesOf(t, dropping.store, "E1"), "step %d", i)
		}
		for _, s := range both {
			_, err := s.People.Replay(servicetest.Request(), func(int) {})
			require.NoError(draw, err)
		}
		require.Equal(draw, statesOf(t, keeping.store, "E1"), statesOf(t, dropping.store, "E1"), "replayed")
		kept, err := dropping.store.Evidence(t.Context(), store.EvidenceQuery{})
		require.NoError(draw, err)
		require.False(draw, slices.ContainsFunc(kept, func(e competency.Evidence) bool { return e.At.Before(cutoff) }))
		keptEffects, effects := effectsOf(t, keeping.Service), effectsOf(t, dropping.Service)
		for id, want := range effects {
			require.Equal(draw, keptEffects[id], want, "what is kept is explained as before")
		}
	})
}

func maxTime(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// effectsOf returns the mastery before and after each effect that is explained.
func effectsOf(t *testing.T, svc *service.Service) map[string][2]float64 {
	ctx, all := servicetest.Request(), map[string][2]float64{}
	e, err := svc.People.Employee(ctx, "E1")
	require.NoError(t, err)
	states, err := e.States(ctx)
	require.NoError(t, err)
	for _, s := range states {
		effects, err := s.Effects(ctx, 100)
		require.NoError(t, err)
		for _, f := range effects {
			before := -1.0
			if f.Before() != nil {
				before = *f.Before()
			}
			all[s.KnowledgePoint().Code()+f.Evidence().ID()] = [2]float64{before, f.After()}
		}
	}
	return all
}

// examAt is an exam of so many days ago.
func examAt(id, point string, score float64, daysAgo int) service.EvidenceInput {
	e := servicetest.Exam(id, "E1", point, score)
	e.At = service.TimeGiven(kgtest.Now.AddDate(0, 0, -daysAgo))
	return e
}

func TestDroppedEvidenceStaysKnownAndCannotBeTakenBack(t *testing.T) {
	s := openDropping(t, servicetest.SmallCatalog)
	old, recent := examAt("1", "B", 0.4, 100), examAt("2", "B", 0.9, 10)
	servicetest.Record(t, s.Service, old, recent)
	states := statesOf(t, s.store, "E1")
	before := kgtest.Now.AddDate(0, 0, -30)

	n, err := s.DropEvidence(servicetest.Request(), before, true, func(service.DroppedCount) {})
	require.NoError(t, err)
	require.Equal(t, service.DroppedCount{People: 1, Pieces: 1}, n)
	require.Equal(t, []people.EvidenceOutcome{people.EvidenceDuplicate}, outcomes(servicetest.Record(t, s.Service, old)))
	require.Equal(t, n, s.drop(t, before))
	require.Zero(t, s.drop(t, before), "it is done")
	require.Equal(t, states, statesOf(t, s.store, "E1"))

	other, stranger := examAt("1", "A", 1, 5), servicetest.Exam("1", "E2", "B", 0.4)
	require.Equal(t, []people.EvidenceOutcome{people.EvidenceDuplicate}, outcomes(servicetest.Record(t, s.Service, old)))
	require.Equal(t, []people.EvidenceOutcome{people.EvidenceDuplicate}, outcomes(servicetest.Record(t, s.Service, other)), "what it said is gone: the person alone is compared")
	p := servicetest.Record(t, s.Service, stranger)
	require.Equal(t, []people.EvidenceOutcome{people.EvidenceRefused}, outcomes(p))
	require.Equal(t, fault.Conflict, p.UserErrors[0].Code)
	require.Equal(t, states, statesOf(t, s.store, "E1"))

	for lang, want := range map[fault.Lang]string{fault.English: "was dropped", fault.Chinese: "已超过保存期限"} {
		p, err := s.RetractEvidence(servicetest.RequestIn(lang), service.RetractEvidenceInput{IDs: []string{"1", "9"}})
		require.NoError(t, err)
		require.Equal(t, []people.EvidenceOutcome{people.EvidenceRefused, people.EvidenceRefused}, outcomes(p))
		require.Equal(t, fault.Conflict, p.UserErrors[0].Code)
		require.Contains(t, p.UserErrors[0].Message, want)
		require.Equal(t, fault.NotFound, p.UserErrors[1].Code)
	}
	_, err = s.DropEvidence(servicetest.Request(), kgtest.Now.AddDate(0, 0, -29), false, nil)
	require.Equal(t, fault.InvalidArgument, fault.CodeOf(err))
}

// What comes from before the dropped evidence counts as if it were of the time of the last
// piece that was dropped.
func TestLateEvidenceCountsAtTheTimeOfTheCheckpoint(t *testing.T) {
	first, last, late, later := examAt("1", "B", 0.4, 200), examAt("2", "B", 0.9, 100), examAt("3", "B", 1, 150), examAt("4", "B", 0, 300)
	s := openDropping(t, servicetest.SmallCatalog)
	servicetest.Record(t, s.Service, first, last)
	s.drop(t, kgtest.Now.AddDate(0, 0, -90))
	servicetest.Record(t, s.Service, late)
	servicetest.Record(t, s.Service, later)
	recent := examAt("5", "B", 0.5, 10)
	servicetest.Record(t, s.Service, recent)

	var track mastery.Track
	at := func(daysAgo int, scores ...float64) {
		var moment []competency.Evidence
		for _, score := range scores {
			moment = append(moment, competency.Evidence{KnowledgePoints: []string{"B"}, Kind: competency.Exam, Score: score, At: kgtest.Now.AddDate(0, 0, -daysAgo).UTC()})
		}
		track = mastery.Parameters{}.Apply(track, moment...)
	}
	at(200, 0.4)
	at(100, 0.9)
	at(100, 0, 1)
	at(10, 0.5)
	states := statesOf(t, s.store, "E1")
	got := states[len(states)-1]
	require.Equal(t, "B", got.KnowledgePoint)
	require.Equal(t, []any{track.Mastery, track.Encode()}, []any{got.Mastery, got.Model})

	s.drop(t, kgtest.Now.AddDate(0, 0, -30))
	require.Equal(t, states, statesOf(t, s.store, "E1"), "late evidence is dropped, too")
	_, err := s.People.Replay(servicetest.Request(), func(int) {})
	require.NoError(t, err)
	require.Equal(t, states, statesOf(t, s.store, "E1"))
}

func TestUnreadableCheckpointKeepsNobodyElsesEvidence(t *testing.T) {
	s := openDropping(t, servicetest.SmallCatalog)
	other := servicetest.Exam("3", "E2", "A", 1)
	other.At = service.TimeGiven(kgtest.Now.AddDate(0, 0, -100))
	servicetest.Record(t, s.Service, examAt("1", "B", 0.4, 100), other)
	for _, body := range []string{"[", `{"B":{"alone":[1]}}`, `{"B":{"alone":[1,2,3]}}`, `{"B":{}}`} {
		_, err := s.store.Record(t.Context(), []store.Recording{{Employee: "E1", Replay: true}}, func(store.FoldInput) (store.StateChanges, error) {
			return store.StateChanges{Checkpoint: body}, nil
		})
		require.NoError(t, err)
		n, err := s.DropEvidence(servicetest.Request(), kgtest.Now.AddDate(0, 0, -30), false, func(service.DroppedCount) {})
		require.Equal(t, fault.Unavailable, fault.CodeOf(err), body)
		require.Equal(t, "checkpoint", fault.ProblemsOf(err)[0].Field)
		if body == "[" {
			require.Equal(t, service.DroppedCount{People: 1, Pieces: 1}, n)
		}
	}
	kept, err := s.store.Evidence(t.Context(), store.EvidenceQuery{})
	require.NoError(t, err)
	require.Len(t, kept, 1)
}
