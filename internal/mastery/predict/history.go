package predict

import "math"

// The columns of the regression.
const (
	xOne          = iota
	xGeneral      // general level of the person
	xPoint        // level of the person on the point
	xItem         // ease of the item
	xSubject      // ease of the point
	xFirst        // 1 for the person's first answer on the point
	xRight        // right answers of the person so far, ln(1+x)
	xWrong        // wrong ones
	xPointRight   // right ones on the point
	xPointWrong   // wrong ones on the point
	xPointLast    // last answer on the point: 1 right, −1 wrong, 0 none
	xForm         // recent answers above expectation
	xPointAnswers // answers since the last one on the point, ln(1+x)
	xPointTime    // time since then, ln(1+x)/10: another unit only shifts it
	xItemLast     // last answer to the same item: 1 right, −1 wrong, 0 none
	xItemSeen     // 1 where there is one
	columnCount
)

// varyingColumns are the columns whose weights differ between points and between
// people.
type varyingColumns [5]float64

func varying(x *[columnCount]float64, share float64) varyingColumns {
	return varyingColumns{share, share * x[xItem], share * x[xSubject], share * x[xFirst], share * x[xPointLast]}
}

// history is what one person did so far.
type history struct {
	weights      *regression // of the varying columns
	right, wrong float64
	form         float64
	points       map[string]pointHistory
	items        map[string]float64 // last answer: 1 or −1
}

// pointHistory is what one person did on one point.
type pointHistory struct {
	right, wrong float64
	last         float64 // 1 or −1
	at           float64 // time of the last answer
	answers      float64 // of the person, up to it
}

func newHistory() *history {
	return &history{
		weights: newRegression(make([]float64, len(varyingColumns{})), priorVariance),
		points:  map[string]pointHistory{}, items: map[string]float64{},
	}
}

func (h *history) columns(a Answer, f features) (x [columnCount]float64) {
	x[xOne], x[xGeneral], x[xPoint], x[xItem], x[xSubject] = 1, f.general, f.point, f.item, f.subject
	x[xRight], x[xWrong], x[xForm] = math.Log1p(h.right), math.Log1p(h.wrong), h.form
	for _, code := range a.Points {
		k, seen := h.points[code]
		if !seen {
			x[xFirst] += f.share
			continue
		}
		x[xPointRight] += f.share * math.Log1p(k.right)
		x[xPointWrong] += f.share * math.Log1p(k.wrong)
		x[xPointLast] += f.share * k.last
		x[xPointAnswers] += f.share * math.Log1p(h.right+h.wrong-k.answers)
		x[xPointTime] += f.share * math.Log1p(max(0, a.At-k.at)) / 10
	}
	if last, seen := h.items[a.Item]; seen {
		x[xItemLast], x[xItemSeen] = last, 1
	}
	return x
}

func (h *history) record(a Answer, surprise float64) {
	const fading = 0.8
	h.form = fading*h.form + (1-fading)*surprise
	last := -1.0
	if a.Correct {
		last = 1
		h.right++
	} else {
		h.wrong++
	}
	h.items[a.Item] = last
	for _, code := range a.Points {
		k := h.points[code]
		if a.Correct {
			k.right++
		} else {
			k.wrong++
		}
		k.last, k.at, k.answers = last, a.At, h.right+h.wrong
		h.points[code] = k
	}
}
