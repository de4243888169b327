package config

import (
	"cmp"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// set reads a value into a field of Config. The text says what is wrong, and is empty
// where nothing is. Bounds hold for what is given, and not for defaults.
func (s setting) set(field reflect.Value, g given) fault.Text {
	if list, ok := field.Addr().Interface().(*[]string); ok {
		*list = g.values
		if !g.list {
			*list = splitList(g.values[0])
		}
		return fault.Text{}
	}
	if g.list || len(g.values) != 1 {
		return fault.T("takes one value, not a list", "只能填写一个值，不能是列表")
	}
	text := strings.TrimSpace(g.values[0])
	bounded := g.origin != (fault.Text{})
	switch field := field.Addr().Interface().(type) {
	case *string:
		*field = g.values[0]
		if bounded && s.oneOf != nil && !slices.Contains(s.oneOf, text) {
			return s.notOneOf(text)
		}
	case *bool:
		v, ok := parseBool(text)
		if !ok {
			return fault.T("%s is neither true nor false", "%s 不是 true 或 false", competency.Quote(text))
		}
		*field = v
	case *time.Duration:
		v, err := time.ParseDuration(text)
		if err != nil {
			return notADuration(text)
		}
		*field = v
		return outside(s, bounded, v, mustParse(time.ParseDuration))
	case *int:
		v, err := strconv.Atoi(text)
		if err != nil {
			return fault.T("%s is not a whole number", "%s 不是整数", competency.Quote(text))
		}
		*field = v
		return outside(s, bounded, v, mustParse(strconv.Atoi))
	case *uint64:
		v, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			return fault.T("%s is not a whole number from 0", "%s 不是非负整数", competency.Quote(text))
		}
		*field = v
	case *float64:
		v, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return fault.T("%s is not a number", "%s 不是数字", competency.Quote(text))
		}
		*field = v
	}
	return fault.Text{}
}

// outside says that a value is not within the bounds of its setting.
func outside[T cmp.Ordered](s setting, bounded bool, v T, parse func(string) T) fault.Text {
	if !bounded || s.min == "" || v >= parse(s.min) && v <= parse(s.max) {
		return fault.Text{}
	}
	return fault.T("%v is not from %s to %s", "%v 不在 %s 至 %s 之间", v, s.min, s.max)
}

// mustParse reads the bounds in the tags of Config.
func mustParse[T any](parse func(string) (T, error)) func(string) T {
	return func(text string) T {
		v, err := parse(text)
		if err != nil {
			panic(err)
		}
		return v
	}
}

func (s setting) notOneOf(text string) fault.Text {
	all := strings.Join(s.oneOf, ", ")
	if near := competency.Nearest(text, s.oneOf); near != "" {
		return fault.T("%s is none of %s; did you mean %s?", "%s 不是 %s 之一；您是指 %s 吗？", competency.Quote(text), all, near)
	}
	return fault.T("%s is none of %s", "%s 不是 %s 之一", competency.Quote(text), all)
}

// notADuration asks for a unit where there is none: a number alone could be anything
// from nanoseconds to minutes.
func notADuration(text string) fault.Text {
	if _, err := strconv.ParseFloat(text, 64); err == nil {
		return fault.T("%s has no unit: write %[2]ss for seconds", "%s 没有单位：若为秒请写 %[2]ss", competency.Quote(text), competency.Truncate(text, competency.MaxQuoted))
	}
	return fault.T("%s is not a duration such as 500ms, 10s or 2m", "%s 不是时长：请写成 500ms、10s 或 2m 的形式", competency.Quote(text))
}

func parseBool(text string) (v, ok bool) {
	switch strings.ToLower(text) {
	case "1", "t", "true", "yes", "on":
		return true, true
	case "0", "f", "false", "no", "off":
		return false, true
	}
	return false, false
}

// splitList divides a list in a variable or a flag.
func splitList(text string) (list []string) {
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}
