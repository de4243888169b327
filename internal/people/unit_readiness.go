package people

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/workforce"
)

// Kinds of documents about departments. They are ordered by year and by month.
const (
	unitReadinessKind = "readiness_unit"      // the distributions of a department, a position and a year
	headCountKind     = "readiness_headcount" // how many people each department had in a month
)

// headCountTTL is how long what is known of a month is used without a look whether it has been
// recorded once more.
const headCountTTL = time.Minute

// DistributionRecord is how the coverage of a position was spread over a department. There is none
// over fewer than workforce.LeastHidden people: it would be about single ones.
type DistributionRecord struct {
	At            time.Time  `json:"at"`
	Revision      int        `json:"revision"`
	People        int        `json:"people"`
	Quantiles     [7]float64 `json:"quantiles"`
	Bins          [20]int    `json:"bins"`
	Ready         int        `json:"ready"`
	CriticalReady *int       `json:"criticalReady,omitempty"` // nil where nothing was critical
	Unassessed    float64    `json:"unassessed"`
}

// NewDistributionRecord keeps a distribution, with nine decimals.
func NewDistributionRecord(d *workforce.Distribution, at time.Time, revision int) DistributionRecord {
	r := DistributionRecord{At: at, Revision: revision, People: d.People, Bins: d.Bins, Ready: d.Ready, Unassessed: workforce.Round(d.Unassessed)}
	for i, q := range d.Quantiles {
		r.Quantiles[i] = workforce.Round(q)
	}
	if d.HasCritical {
		r.CriticalReady = &d.CriticalReady
	}
	return r
}

// Distribution returns what was kept, as if nobody of it might be read.
func (r DistributionRecord) Distribution() *workforce.Distribution {
	d := &workforce.Distribution{
		People: r.People, Hidden: r.People, Quantiles: r.Quantiles, Bins: r.Bins, HiddenBins: r.Bins,
		Ready: r.Ready, HasCritical: r.CriticalReady != nil, Unassessed: r.Unassessed,
	}
	if d.HasCritical {
		d.CriticalReady = *r.CriticalReady
	}
	return d
}

// UnitReadiness is a distribution with what it is of.
type UnitReadiness struct {
	Unit, Position string
	DistributionRecord
}

type unitReadinessBody struct {
	Unit     string               `json:"unit"`
	Position string               `json:"position"`
	List     []DistributionRecord `json:"list"` // by time, one a month
}

type headCountBody struct {
	At     time.Time   `json:"at"`
	Counts []unitCount `json:"counts"`
}

type unitCount struct {
	Unit   string `json:"unit,omitempty"`
	Parent string `json:"parent,omitempty"`
	People int    `json:"people,omitempty"`
}

func unitReadinessKey(unit, position string) string { return unit + "\x00" + position }

// SaveUnits keeps distributions of departments, in batches. They are told once the month is done.
func (r *ReadinessRun) SaveUnits(ctx context.Context, list []UnitReadiness) error {
	year := r.At.Year()
	for list := range slices.Chunk(list, readinessBatch) {
		if err := r.Renew(ctx); err != nil {
			return err
		}
		byID := map[string]UnitReadiness{}
		for _, u := range list {
			byID[readinessID(unitReadinessKey(u.Unit, u.Position), year)] = u
		}
		err := editReadiness(ctx, r.people.store, unitReadinessKind, yearStart(year), slices.Sorted(maps.Keys(byID)), func(id string, b *unitReadinessBody) {
			u := byID[id]
			b.Unit, b.Position = u.Unit, u.Position
			b.List = slices.DeleteFunc(b.List, func(old DistributionRecord) bool { return monthOf(old.At) == monthOf(u.At) })
			b.List = append(b.List, u.DistributionRecord)
			slices.SortFunc(b.List, func(a, b DistributionRecord) int { return a.At.Compare(b.At) })
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// saveHeadCount keeps how many people each department has. From then on the distributions of the
// month are told.
func (r *ReadinessRun) saveHeadCount(ctx context.Context, counts []workforce.UnitCount) error {
	body := headCountBody{At: r.At}
	for _, c := range counts {
		body.Counts = append(body.Counts, unitCount(c))
	}
	err := editReadiness(ctx, r.people.store, headCountKind, r.doc.At, []string{monthOf(r.At)}, func(_ string, b *headCountBody) { *b = body })
	r.people.headCounts.forget()
	return err
}

// RecordedDistribution is a distribution of a month. Withheld says that it is, with its month, from
// whoever may not read everyone.
type RecordedDistribution struct {
	DistributionRecord
	Withheld bool
}

// UnitReadiness returns what is kept of a department and a position, by month. The caller has asked
// whether the viewer may ask about the department. It takes two round trips at most, which
// questions about several departments share.
func (p *People) UnitReadiness(ctx context.Context, unit, position string) ([]RecordedDistribution, error) {
	if err := access.CheckScope(ctx, access.Aggregate); err != nil {
		return nil, err
	}
	docs, err := p.loader.load(ctx, unitReadinessKind, readinessIDs(unitReadinessKey(unit, position), p.clock()))
	if err != nil {
		return nil, catalog.StoreFault(err)
	}
	var list []RecordedDistribution
	for _, d := range docs {
		b, err := decodeReadiness[unitReadinessBody](d)
		if err != nil {
			return nil, err
		}
		for _, r := range b.List {
			list = append(list, RecordedDistribution{DistributionRecord: r})
		}
	}
	counts, err := p.headCountsOf(ctx, list)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(r RecordedDistribution) bool { // of a month that is not done, or was recorded without it later
		return !r.At.Equal(counts[monthOf(r.At)].at)
	})
	for i, r := range list {
		then := counts[monthOf(r.At)]
		list[i].Withheld = then.Unit(unit) || then.People(unit) != r.People
	}
	return list, nil
}

// headCounts is a cache of how many people there were by month.
type headCounts struct {
	mu      sync.Mutex
	byMonth map[string]headCount
}

type headCount struct {
	workforce.HeadCount
	at   time.Time // of the figures
	read time.Time
}

func (h *headCounts) forget() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.byMonth = nil
}

// headCountsOf returns the counts of the months of some distributions.
func (p *People) headCountsOf(ctx context.Context, list []RecordedDistribution) (map[string]headCount, error) {
	now := p.clock()
	found, missing := map[string]headCount{}, []string{}
	p.headCounts.mu.Lock()
	for _, r := range list {
		month := monthOf(r.At)
		if c, ok := p.headCounts.byMonth[month]; ok && c.at.Equal(r.At) && now.Sub(c.read) < headCountTTL {
			found[month] = c
		} else {
			missing = append(missing, month)
		}
	}
	p.headCounts.mu.Unlock()
	if len(missing) == 0 {
		return found, nil
	}
	docs, err := p.loader.load(ctx, headCountKind, missing)
	if err != nil {
		return nil, catalog.StoreFault(err)
	}
	p.headCounts.mu.Lock()
	defer p.headCounts.mu.Unlock()
	for _, d := range docs {
		b, err := decodeReadiness[headCountBody](d)
		if err != nil {
			return nil, err
		}
		counts := make([]workforce.UnitCount, len(b.Counts))
		for i, c := range b.Counts {
			counts[i] = workforce.UnitCount(c)
		}
		if p.headCounts.byMonth == nil {
			p.headCounts.byMonth = map[string]headCount{}
		}
		found[d.ID] = headCount{workforce.NewHeadCount(counts), b.At, now}
		p.headCounts.byMonth[d.ID] = found[d.ID]
	}
	return found, nil
}
