package neo4jstore

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// decoder reads data that may have been edited externally. A value of the wrong type is
// left out and becomes a problem.
type decoder struct {
	pointOrdinals *ordinalIndex // for packed states
	problems      []fault.Problem
	reported      map[fault.Problem]bool // a manager is read twice, and reported once
}

// recordDecoder reads the fields of one record.
type recordDecoder struct {
	*decoder
	recordType string // as problems name it
	key        any    // its code
	otherKey   any    // the code at the other end of a relationship; nil for a node
}

func (d *decoder) recordOf(kind string, key any) recordDecoder {
	return recordDecoder{d, kind, key, nil}
}

func (d *decoder) relationshipOf(kind string, key, other any) recordDecoder {
	return recordDecoder{d, kind, key, other}
}

func (r recordDecoder) displayKey() string {
	if r.otherKey == nil {
		return displayCode(r.key)
	}
	return displayCode(r.key) + " – " + displayCode(r.otherKey)
}

func displayCode(code any) string {
	if code == nil {
		return "?"
	}
	return competency.Truncate(fmt.Sprint(code), competency.MaxCode)
}

func (r recordDecoder) addProblem(field, en, zh string, args ...any) {
	p := fault.Problem{Place: fault.Place{Record: r.recordType, Key: r.displayKey(), Field: field}, Code: fault.InvalidArgument, Text: fault.T(en, zh, args...)}
	if r.reported == nil {
		r.reported = map[fault.Problem]bool{}
	}
	if !r.reported[p] {
		r.reported[p], r.problems = true, append(r.problems, p)
	}
}

func (r recordDecoder) textField(field string, v any) string {
	text, ok := v.(string)
	if !ok && v != nil {
		r.addProblem(field, "%s is %s, which is not a text: set it to one", "%s 为 %s，不是文本：请改为文本", field, displayValue(v))
	}
	return text
}

// codeField reads a text that must be present.
func (r recordDecoder) codeField(field string, v any) string {
	text := r.textField(field, v)
	if v == nil {
		r.addProblem(field, "there is no %s: set it, or delete this", "缺少 %s：请补上，或将其删除", field)
	}
	return text
}

func (r recordDecoder) floatField(field string, v any) *float64 {
	switch n := v.(type) {
	case nil:
		return nil
	case float64:
		return &n
	case int64:
		return new(float64(n))
	}
	r.addProblem(field, "%s is %s, which is not a number: set it to one", "%s 为 %s，不是数：请改为数", field, displayValue(v))
	return nil
}

func (r recordDecoder) intField(field string, v any) *int {
	n := r.floatField(field, v)
	if n == nil {
		return nil
	}
	if *n != math.Trunc(*n) || math.Abs(*n) > 1<<53 {
		r.addProblem(field, "%s is %s, which is not a whole number: set it to one", "%s 为 %s，不是整数：请改为整数", field, displayValue(v))
		return nil
	}
	return new(int(*n))
}

func (r recordDecoder) boolField(field string, v any) *bool {
	b, ok := v.(bool)
	if v == nil {
		return nil
	}
	if !ok {
		r.addProblem(field, "%s is %s, which is not true or false: set it to one of them", "%s 为 %s，不是 true 或 false：请改正", field, displayValue(v))
		return nil
	}
	return &b
}

func (r recordDecoder) timeField(field string, v any) time.Time {
	t, ok := v.(time.Time)
	if !ok {
		r.addProblem(field, "%s is %s, which is not a time: set it, as by datetime()", "%s 为 %s，不是时间：请设置，例如用 datetime()", field, displayValue(v))
	}
	return truncateMicros(t)
}

// numbersField reads a list of numbers; nil for none.
func (r recordDecoder) numbersField(field string, v any) []float64 {
	list, ok := parseNumbers(v)
	if !ok {
		r.addProblem(field, "%s is %s, which are not numbers: remove it, and run zhitu replay", "%s 为 %s，不是数值：请移除并运行 zhitu replay", field, displayValue(v))
		return nil
	}
	return list
}

// textListField reads a list of texts; nil for none.
func textListField[T ~string](r recordDecoder, field string, v any) (list []T) {
	items, ok := v.([]any)
	if !ok && v != nil {
		r.addProblem(field, "%s is %s, which is not a list of texts: set it to one", "%s 为 %s，不是文本列表：请改正", field, displayValue(v))
	}
	for _, item := range items {
		list = append(list, T(r.textField(field, item)))
	}
	return list
}

// singleField reads the only item of a list; "" for none. Of several none is better than
// another, so there is none.
func (r recordDecoder) singleField(field string, v any) string {
	items, _ := v.([]any)
	switch len(items) {
	case 0:
		return ""
	case 1:
		return r.codeField(field, items[0])
	}
	r.addProblem(field, "there are %d of %s, %s: leave one", "有 %d 个 %s（%s）：请只保留一个", len(items), field, displayValue(items))
	return ""
}

// displayValue shows a stored value in a message, in the same order whenever it is a list.
func displayValue(v any) string {
	if items, ok := v.([]any); ok {
		texts := make([]string, len(items))
		for i, item := range items {
			texts[i] = displayCode(item)
		}
		slices.Sort(texts)
		v = texts
	}
	return competency.Truncate(fmt.Sprint(v), competency.MaxQuoted)
}

// orderedField reads pairs of place and code, and returns the codes in order.
func (r recordDecoder) orderedField(field string, v any) (list []string) {
	items, _ := v.([]any)
	// A relationship that was created externally without a place comes last.
	place := func(item any) int64 {
		if n, ok := item.([]any)[0].(int64); ok {
			return n
		}
		return math.MaxInt64
	}
	slices.SortStableFunc(items, func(a, b any) int { return cmp.Compare(place(a), place(b)) })
	for _, item := range items {
		list = append(list, r.codeField(field, item.([]any)[1]))
	}
	return list
}
