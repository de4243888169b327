package service_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/xapi"
)

// sent is a statement as systems send it. The zero value of a field is left out.
type sent struct {
	verb, object, result  string
	registration, session string
	parent                string
	who                   string
	after                 time.Duration // since yesterday at eight
	number                int           // of the id
}

const (
	adl       = "http://adlnet.gov/expapi/verbs/"
	satisfied = "https://w3id.org/xapi/adl/verbs/satisfied"
	waived    = "https://w3id.org/xapi/adl/verbs/waived"
	reg       = "ec531277-b57b-4c15-8d91-d292c5b2b8f7"
	otherReg  = "ec531277-b57b-4c15-8d91-d292c5b2b8f8"
)

func (s sent) JSON() string {
	context := []string{`"platform": "LMS"`}
	if s.registration != "" {
		context = append(context, fmt.Sprintf(`"registration": %q`, s.registration))
	}
	if s.session != "" {
		context = append(context, fmt.Sprintf(`"extensions": {"https://w3id.org/xapi/cmi5/context/extensions/sessionid": %q}`, s.session))
	}
	if s.parent != "" {
		context = append(context, fmt.Sprintf(`"contextActivities": {"parent": [{"id": "https://lms.example/%s"}]}`, s.parent))
	}
	result := ""
	if s.result != "" {
		result = `"result": ` + s.result + `,`
	}
	verb, who := s.verb, s.who
	if !strings.Contains(verb, "/") {
		verb = adl + verb
	}
	if who == "" {
		who = "E1"
	}
	return fmt.Sprintf(`{"id": %q, "actor": {"account": {"homePage": "https://lms.example", "name": %q}}, "verb": {"id": %q}, %s
		"object": {"id": "https://lms.example/%s"}, "context": {%s}, "timestamp": %q}`, uuid(s.number), who, verb, result, s.object, strings.Join(context, ", "),
		time.Date(2026, 11, 18, 8, 0, 0, 0, time.UTC).Add(s.after).Format(time.RFC3339))
}

// counted returns the numbers of the statements whose evidence counts.
func (l *intake) counted() []int {
	numbers := []int{}
	for _, e := range l.evidence() {
		if !e.Retracted {
			var n int
			_, err := fmt.Sscanf(e.ID, "00000000-0000-4000-8000-%d", &n)
			require.NoError(l, err)
			numbers = append(numbers, n)
		}
	}
	return numbers
}

const overlappingDays = "Moodle: completed now and viewed again within a day"

var sendersStatements = map[string]struct {
	statements []sent
	want       []int
}{
	"cmi5: passed, completed, satisfied": {[]sent{
		{verb: "passed", object: "A", result: `{"score": {"scaled": 0.9}, "success": true, "duration": "PT10M"}`, registration: reg, session: "s1"},
		{verb: "completed", object: "A", result: `{"completion": true, "duration": "PT12M"}`, registration: reg, session: "s1", after: 2 * time.Minute},
		{verb: satisfied, object: "A", registration: reg, session: "s1", after: 3 * time.Minute},
	}, []int{0}},
	"cmi5: failed, but completed": {[]sent{
		{verb: "completed", object: "A", result: `{"completion": true}`, registration: reg},
		{verb: "failed", object: "A", result: `{"score": {"scaled": 0.2}, "success": false}`, registration: reg, after: time.Second},
	}, []int{1}},
	"cmi5: satisfied of the block in the session": {[]sent{
		{verb: "passed", object: "A", result: `{"success": true}`, registration: reg, session: "s1"},
		{verb: satisfied, object: "B", registration: reg, session: "s1", after: time.Minute},
	}, []int{0}},
	"cmi5: a retake in another session": {[]sent{
		{verb: "failed", object: "A", result: `{"success": false}`, registration: reg, session: "s1"},
		{verb: "completed", object: "A", registration: reg, session: "s1"},
		{verb: "passed", object: "A", result: `{"success": true}`, registration: reg, session: "s2", after: time.Hour},
	}, []int{0, 2}},
	"cmi5: waived": {[]sent{{verb: waived, object: "A", result: `{"success": true, "completion": true}`, registration: reg, session: "s1"}}, []int{}},
	"a page completed twice in a registration": {[]sent{
		{verb: "completed", object: "A", registration: reg}, {verb: "completed", object: "A", registration: strings.ToUpper(reg), after: 90 * 24 * time.Hour / 100},
	}, []int{0}},
	"two registrations": {[]sent{
		{verb: "completed", object: "A", registration: reg}, {verb: "completed", object: "A", registration: otherReg, after: time.Minute},
	}, []int{0, 1}},
	"two people in one registration": {[]sent{
		{verb: "passed", object: "A", registration: reg}, {verb: "completed", object: "A", registration: reg, who: "E2"},
	}, []int{0, 1}},
	"two activities": {[]sent{{verb: "passed", object: "A"}, {verb: "completed", object: "B"}}, []int{0, 1}},
	overlappingDays: {[]sent{
		{verb: "completed", object: "A"}, {verb: "completed", object: "A", after: 23 * time.Hour}, {verb: "completed", object: "A", after: 25 * time.Hour},
	}, []int{0, 2}},
	"Moodle: attempts at a quiz": {[]sent{
		{verb: "scored", object: "A", result: `{"score": {"raw": 4, "min": 0, "max": 10}}`},
		{verb: "scored", object: "A", result: `{"score": {"raw": 8, "min": 0, "max": 10}}`, after: time.Hour},
		{verb: "completed", object: "A", result: `{"completion": true}`, after: time.Hour},
	}, []int{0, 1}},
	"SCORM wrapper: passed and completed with the same score": {[]sent{
		{verb: "completed", object: "A", result: `{"score": {"scaled": 0.8}, "completion": true}`},
		{verb: "passed", object: "A", result: `{"score": {"scaled": 0.8}, "success": true}`, after: time.Second},
		{verb: "terminated", object: "A", result: `{"duration": "PT5M"}`, after: time.Second},
	}, []int{1}},
	"H5P: questions of a quiz, then the quiz": {[]sent{
		{verb: "answered", object: "A", result: `{"score": {"scaled": 1, "raw": 1, "min": 0, "max": 1}, "completion": true, "success": true}`, parent: "B"},
		{verb: "answered", object: "D", result: `{"score": {"scaled": 0, "raw": 0, "min": 0, "max": 1}, "completion": true, "success": false}`, parent: "B", after: time.Minute},
		{verb: "completed", object: "B", result: `{"score": {"scaled": 0.5, "raw": 1, "min": 0, "max": 2}, "completion": true}`, after: 2 * time.Minute},
	}, []int{0, 1}},
	"H5P: questions that nothing maps": {[]sent{
		{verb: "answered", object: "q?subContentId=1", result: `{"score": {"scaled": 1}}`, parent: "B"},
		{verb: "completed", object: "B", result: `{"score": {"scaled": 0.5}}`, after: 2 * time.Minute},
	}, []int{1}},
	"H5P: the quiz on another day": {[]sent{
		{verb: "answered", object: "A", result: `{"score": {"scaled": 1}}`, parent: "B"},
		{verb: "passed", object: "B", result: `{"score": {"scaled": 0.5}}`, after: 26 * time.Hour},
	}, []int{0, 1}},
	"Totara: parts of a course in one registration": {[]sent{
		{verb: "passed", object: "A", parent: "D", registration: reg},
		{verb: "completed", object: "D", registration: reg, after: 27 * time.Hour},
	}, []int{0}},
	"Blackboard: pages of a course, then its exam": {[]sent{
		{verb: "completed", object: "A", parent: "D"},
		{verb: "failed", object: "D", result: `{"score": {"scaled": 0.2}}`, after: time.Hour},
	}, []int{0, 1}},
	"cmi5: questions in a session, then passed": {[]sent{
		{verb: "answered", object: "B", result: `{"success": true}`, parent: "A", registration: reg, session: "s1"},
		{verb: "passed", object: "A", result: `{"score": {"scaled": 0.9}}`, registration: reg, session: "s1", after: time.Minute},
	}, []int{0}},
}

// statementsOf numbers the statements of a case.
func statementsOf(list []sent) (all []string) {
	for i, s := range list {
		s.number = i
		all = append(all, s.JSON())
	}
	return all
}

func TestOneEventCountsOnce(t *testing.T) {
	t.Parallel()
	for name, c := range sendersStatements {
		t.Run(name, func(t *testing.T) {
			l := newIntake(t)
			all := statementsOf(c.statements)
			l.receive(all...)
			require.ElementsMatch(t, c.want, l.counted(), "together")
			evidence := l.evidence()
			l.receive(all...)
			require.Equal(t, evidence, l.evidence(), "again")

			l = newIntake(t)
			for _, one := range all {
				l.receive(one)
			}
			require.ElementsMatch(t, c.want, l.counted(), "one by one")
		})
	}
}

// One event counts once in whatever order its statements come, in whatever parts, and
// however often, at one instance or another.
func TestOneEventCountsOnceInAnyOrder(t *testing.T) {
	t.Parallel()
	names := slices.Sorted(maps.Keys(sendersStatements))
	rapid.Check(t, func(rt *rapid.T) {
		name := rapid.SampledFrom(names).Draw(rt, "case")
		c := sendersStatements[name]
		l := newIntake(t)
		instances := []*service.Service{l.Service, servicetest.Open(t, l.store, &servicetest.Clock{})}
		all := statementsOf(c.statements)
		left := rapid.Permutation(append(all, all...)).Draw(rt, "order")
		for len(left) > 0 {
			n := rapid.IntRange(1, len(left)).Draw(rt, "part")
			for n > 1 && hasTwice(left[:n]) {
				n--
			}
			l.Service = instances[rapid.IntRange(0, 1).Draw(rt, "instance")]
			l.receive(left[:n]...)
			left = left[n:]
		}
		if name == overlappingDays {
			// An earlier statement moves the days, but what did not count stays so.
			require.Subset(rt, c.want, l.counted())
			require.NotEmpty(rt, l.counted())
			return
		}
		require.ElementsMatch(rt, c.want, l.counted(), name)
	})
}

func hasTwice(list []string) bool {
	seen := map[string]bool{}
	for _, s := range list {
		seen[s] = true
	}
	return len(seen) < len(list)
}

func TestCompletionIsTakenBackByTheExam(t *testing.T) {
	l := newIntake(t)
	completion := sent{verb: "completed", object: "A", registration: reg, number: 1}.JSON()
	require.Equal(t, service.Receipt{Recorded: 1}, l.receive(completion))
	require.Equal(t, service.Receipt{Recorded: 1}, l.receive(sent{verb: "failed", object: "A", registration: reg, number: 2, after: time.Minute}.JSON()))
	require.True(t, l.evidence()[1].Retracted)
	require.Equal(t, service.Receipt{Ignored: 1}, l.receive(sent{verb: satisfied, object: "A", registration: reg, number: 3}.JSON()))
	require.Len(t, l.evidence(), 2)
	require.Equal(t, service.Receipt{Known: 1}, l.receive(completion))
	require.Equal(t, []int{2}, l.counted())
	require.Empty(t, l.unmapped())
}

// What is not recorded stands for no event.
func TestRefusedPartsLeaveTheWhole(t *testing.T) {
	l := newIntake(t)
	part := sent{verb: "answered", object: "A", result: `{"success": true}`, parent: "B", number: 1}.JSON()
	part = strings.Replace(part, `"platform"`, `"extensions": {"https://zhitu.dev/xapi/extensions/knowledge-points": "NONE"}, "platform"`, 1)
	require.Equal(t, service.Receipt{Recorded: 1, SetAside: 1}, l.receive(part, sent{verb: "passed", object: "B", number: 2, after: time.Minute}.JSON()))
	require.Equal(t, []int{2}, l.counted())
}

func TestSameIDWithOtherContentIsConflict(t *testing.T) {
	l := newIntake(t)
	l.receive(scored(1, "E1", "A", 1), scored(2, "nobody", "A", 1))
	for name, contradicting := range map[string]string{
		"another person":               scored(1, "E2", "A", 1),
		"another content, set aside":   scored(2, "nobody", "A", 0.5),
		"another person, set aside":    scored(2, "E1", "A", 1),
		"another person and unmapped":  scored(2, "nobody", "quiz-9", 1),
		"set aside, and now a mapping": scored(2, "E2", "A", 1),
	} {
		refuseContradiction(l, name, contradicting)
	}
	require.Equal(t, service.Receipt{Known: 1, SetAside: 1}, l.receive(scored(1, "E1", "A", 1), scored(2, "nobody", "A", 1)), "the same again")
}

func TestFutureStatementsWait(t *testing.T) {
	clock := &servicetest.Clock{}
	l := newIntakeAt(t, clock)
	at := func(n int, after time.Duration) string {
		return strings.Replace(scored(n, "E1", "A", 1), fmt.Sprintf("2026-11-19T08:00:%02dZ", n), kgtest.Now.Add(after).Format(time.RFC3339), 1)
	}
	require.Equal(t, service.Receipt{Recorded: 1, SetAside: 1}, l.receive(at(1, 5*time.Minute), at(2, 2*time.Hour)))
	require.Contains(t, l.unmapped()[uuid(2)], "which is yet to come: it is tried again then")
	l.retryInBackground()
	l.awaitEvidence(1)
	clock.Advance(time.Hour + 54*time.Minute)
	l.awaitEvidence(1)
	clock.Advance(time.Minute)
	l.awaitEvidence(2)
}

// hashingStore keeps the hashes of statements, whatever the store below it does.
type hashingStore struct {
	store.Store
	hashes map[string]string
}

func (h hashingStore) Record(ctx context.Context, list []store.Recording, fold store.Fold) ([]store.RecordingResult, error) {
	for _, r := range list {
		for _, e := range r.Put {
			if h.hashes[e.ID] == "" {
				h.hashes[e.ID] = e.StatementHash
			}
		}
	}
	return h.Store.Record(ctx, list, fold)
}

func (h hashingStore) Evidence(ctx context.Context, q store.EvidenceQuery) ([]competency.Evidence, error) {
	list, err := h.Store.Evidence(ctx, q)
	for i := range list {
		list[i].StatementHash = h.hashes[list[i].ID]
	}
	return list, err
}

// Where the hash of a statement is kept, it decides: not the person, whom another mapping
// may have named.
func TestStatementHashDecidesConflicts(t *testing.T) {
	l := newIntake(t)
	l.store = hashingStore{l.store, map[string]string{}}
	l.Service = l.open(&servicetest.Clock{}, func() xapi.Mapping { return l.mapping })
	l.receive(scored(1, "E1", "A", 1))
	refuseContradiction(l, "another score", scored(1, "E1", "A", 0.5))
	refuseContradiction(l, "another score, and unmapped", scored(1, "E1", "quiz-9", 0.5))
	l.mapping = xapi.NewMapping([]xapi.Rule{{Identifier: "E1", Employee: "E2"}}, "")
	require.Equal(t, service.Receipt{Known: 1}, l.receive(scored(1, "E1", "A", 1)), "the same statement")
	stored := strings.Replace(scored(1, "E1", "A", 1), `"timestamp"`, `"stored": "2026-11-19T09:00:00Z", "version": "1.0.3", "timestamp"`, 1)
	require.Equal(t, service.Receipt{Known: 1}, l.receive(stored), "forwarded by a record store")
	require.Equal(t, "E1", l.evidence()[0].Employee)

	// One that is set aside and contradicts what has become evidence since stays so.
	require.NoError(t, l.store.PutDocuments(t.Context(), []store.Document{unmappedDocument(uuid(1), kgtest.Now, scored(1, "E1", "B", 0))}))
	p, err := l.RetrySetAside(servicetest.Request(), service.RetrySetAsideInput{})
	require.NoError(t, err)
	require.Equal(t, []int{0, 1}, []int{p.Done, p.Left})
	require.Contains(t, l.unmapped()[uuid(1)], "another statement with the same id is evidence already")
}

// A copy of a store knows what its evidence tells of.
func TestCopyBringsEvents(t *testing.T) {
	l := newIntake(t)
	l.receive(sent{verb: "passed", object: "A", registration: reg, number: 1}.JSON())
	target := servicetest.MemoryStore(t)
	copied := servicetest.Open(t, target, &servicetest.Clock{})
	_, err := copied.CopyFrom(servicetest.Request(), inspect(t, l.store), archivesOf(l.store).Catalog, archivesOf(target))
	require.NoError(t, err)
	l.Service, l.store = copied, target
	require.Equal(t, service.Receipt{Ignored: 1}, l.receive(sent{verb: "completed", object: "A", registration: reg, number: 2}.JSON()))
	require.Equal(t, []int{1}, l.counted())
}
