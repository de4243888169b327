package audit

import (
	"context"
	"encoding/json"
	"iter"
	"slices"
	"strings"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// ChainReport is what Verify found of one chain.
type ChainReport struct {
	ID      string
	First   int64 // number of the first entry that is kept
	Last    int64
	Entries int
	Ended   bool // its instance has ended it; else it runs, or was killed
	Shared  bool // of commands
}

// Finding is where a chain does not hold together.
type Finding struct {
	Chain  string
	Number int64 // of the entry, 0 for the whole chain
	Text   fault.Text
}

// Report is the result of Verify: all is well where there are no findings.
type Report struct {
	Chains   []ChainReport
	Findings []Finding
}

// verifier checks entries that come by chain and number.
type verifier struct {
	key    Key
	report Report
	marks  []mark // what entries say of other chains
	gaps   []gap

	chain   store.JournalChain // the current one
	current *ChainReport
	foreign bool     // written under another key
	last    int64    // number of the latest entry
	before  []string // the MAC of that: as it is, and as it should be
}

// gap is a part of a chain that is not there.
type gap struct {
	chain    string
	from, to int64
	atEnd    bool
}

// pageSize is how many entries are read at once.
const pageSize = 1000

// entries streams all entries after a place, by chain and number.
func entries(ctx context.Context, st store.Journal, after store.JournalKey) iter.Seq2[store.JournalEntry, error] {
	return func(yield func(store.JournalEntry, error) bool) {
		for {
			page, err := st.JournalEntries(ctx, after, pageSize)
			if err != nil {
				yield(store.JournalEntry{}, err)
				return
			}
			for _, e := range page {
				if !yield(e, nil) {
					return
				}
				after = e.Key()
			}
			if len(page) < pageSize {
				return
			}
		}
	}
}

// Verify checks all chains: that no entry was altered, removed or added, and no chain cut or
// removed. It reads everything once.
//
// What it cannot see is a store that was put back as a whole to an earlier state: compare
// the last numbers with those of an export.
func (l *Log) Verify(ctx context.Context) (Report, error) {
	stored, err := l.store.JournalChains(ctx)
	if err != nil {
		return Report{}, err
	}
	chains := map[string]store.JournalChain{}
	for _, c := range stored {
		chains[c.ID] = c
	}
	v := &verifier{key: l.key}
	for e, err := range entries(ctx, l.store, store.JournalKey{}) {
		if err != nil {
			return Report{}, err
		}
		if v.current == nil || v.chain.ID != e.Chain {
			v.finish()
			c, known := chains[e.Chain]
			v.start(e.Chain, c, known)
			delete(chains, e.Chain)
		}
		v.check(&e)
	}
	v.finish()
	for _, c := range chains { // of which no entry is there
		v.start(c.ID, c, true)
		v.finish()
	}
	// The rest against what is there now: chains grow while they are read, and retention
	// drops entries.
	if stored, err = l.store.JournalChains(ctx); err != nil {
		return Report{}, err
	}
	v.checkGaps(stored)
	v.checkMarks(stored)
	slices.SortFunc(v.report.Chains, func(a, b ChainReport) int { return strings.Compare(a.ID, b.ID) })
	slices.SortStableFunc(v.report.Findings, func(a, b Finding) int { return strings.Compare(a.Chain, b.Chain) })
	return v.report, nil
}

func (v *verifier) find(number int64, en, zh string, args ...any) {
	v.report.Findings = append(v.report.Findings, Finding{v.chain.ID, number, fault.T(en, zh, args...)})
}

// start begins a chain. known says whether the store has a record of it.
func (v *verifier) start(id string, c store.JournalChain, known bool) {
	c.ID = id
	v.chain, v.current, v.last, v.before = c, &ChainReport{ID: id, Shared: id == sharedChain(v.key).id}, c.Anchor.Number, []string{c.Anchor.MAC}
	v.foreign = !v.key.owns(id)
	switch {
	case v.foreign:
		v.find(0, "it was written under another audit key, or added: give that key to check it", "该链以其他审计密钥写入，或系外部添加：请提供该密钥后再校验")
	case !known:
		v.find(0, "its record is missing: the chain was cut, or added", "该链的登记记录缺失：链被截断，或系外部添加")
	case c.Anchor.Number != 0 && !v.key.holds(anchorSeal, id, c.Anchor):
		v.find(c.Anchor.Number, "its anchor was altered: earlier entries may have been removed by other means than retention", "锚点被改动：之前的条目可能并非因保存期届满而删除")
	}
}

func (v *verifier) check(e *store.JournalEntry) {
	r := v.current
	if r.Entries++; r.Entries == 1 {
		r.First = e.Number
	}
	r.Last = e.Number
	if v.foreign {
		return
	}
	computed, good := "", false
	switch {
	case e.Number <= v.last:
		v.find(e.Number, "there is a second entry %d: one was added", "条目 %d 出现两次：其中之一系外部添加", e.Number)
		return
	case e.Number > v.last+1:
		v.gaps = append(v.gaps, gap{e.Chain, v.last + 1, e.Number - 1, false})
	default:
		for _, before := range v.before {
			computed = v.key.mac(before, e)
			if good = computed == e.MAC; good {
				break
			}
		}
		if !good {
			v.find(e.Number, "entry %d was altered", "条目 %d 被改动", e.Number)
		}
	}
	// Where the MAC alone was altered, the next entry follows the one that it should be.
	v.last, v.before = e.Number, []string{e.MAC}
	if computed != e.MAC && computed != "" {
		v.before = append(v.before, computed)
	}
	var b body
	if !good || e.Action != access.Audit.String() || json.Unmarshal([]byte(e.Body), &b) != nil {
		return
	}
	if b.Verb == verbEnd && b.Object == e.Chain {
		r.Ended = true
	}
	if b.Mark != nil {
		v.marks = append(v.marks, *b.Mark)
	}
}

func (v *verifier) finish() {
	if v.current == nil {
		return
	}
	v.report.Chains = append(v.report.Chains, *v.current)
	head := v.chain.Head
	if v.foreign || head.Number == 0 { // in the second case the record is missing
		return
	}
	switch {
	case !v.key.holds(headSeal, v.chain.ID, head):
		v.find(head.Number, "its head was altered: entries may have been removed at the end", "链头被改动：末尾的条目可能已被删除")
	case head.Number > v.last:
		v.gaps = append(v.gaps, gap{v.chain.ID, v.last + 1, head.Number, true})
	}
}

// checkGaps tells of what is missing, but for what retention has dropped meanwhile.
func (v *verifier) checkGaps(stored []store.JournalChain) {
	for _, g := range v.gaps {
		dropped := slices.ContainsFunc(stored, func(c store.JournalChain) bool {
			return c.ID == g.chain && c.Anchor.Number >= g.to && v.key.holds(anchorSeal, c.ID, c.Anchor)
		})
		v.chain.ID = g.chain
		switch {
		case dropped:
		case g.atEnd:
			v.find(g.from, "entries from %d to %d are missing: the chain was cut", "条目 %d 至 %d 缺失：链被截断", g.from, g.to)
		default:
			v.find(g.from, "entries from %d to %d are missing: they were removed", "条目 %d 至 %d 缺失：已被删除", g.from, g.to)
		}
	}
}

// checkMarks compares what entries say of chains with where these stand.
func (v *verifier) checkMarks(stored []store.JournalChain) {
	for _, m := range v.marks {
		i := slices.IndexFunc(stored, func(c store.JournalChain) bool { return c.ID == m.Chain })
		v.chain = store.JournalChain{ID: m.Chain}
		switch {
		case i < 0:
			v.find(0, "the chain is missing, of which another says that it had %d entries: it was removed", "该链缺失：另一条链记载其曾有 %d 条记录，现已被删除", m.Number)
		case stored[i].Head.Number < m.Number:
			v.find(stored[i].Head.Number+1, "the chain ends with entry %d, and another says that it had %d: it was cut", "该链止于条目 %d，而另一条链记载其曾有 %d 条：链被截断", stored[i].Head.Number, m.Number)
		}
	}
	v.report.Findings = slices.CompactFunc(v.report.Findings, func(a, b Finding) bool { return a == b })
}
