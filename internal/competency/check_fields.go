package competency

import (
	"math"
	"strings"
	"unicode/utf8"

	"github.com/zhitu/zhitu/internal/fault"
)

// checkTexts checks the free texts of a record, given as pairs of field and value.
func (k *checker) checkTexts(at fault.Place, fields ...string) {
	for i := 0; i < len(fields); i += 2 {
		at.Field = fields[i]
		switch value := fields[i+1]; {
		case !utf8.ValidString(value):
			k.report(at, fault.InvalidArgument, "the text is not valid UTF-8: save the file as UTF-8", "文本不是有效的 UTF-8：请另存为 UTF-8")
		case strings.IndexByte(value, 0) >= 0: // no text file could hold it
			k.report(at, fault.InvalidArgument, "the text has a NUL character: remove it", "文本含有空字符（NUL）：请删除")
		case len(value) > MaxText && utf8.RuneCountInString(value) > MaxText:
			k.report(at, fault.InvalidArgument, "the text has more than %d characters: shorten it", "文本超过 %d 个字符：请缩短", MaxText)
		}
	}
}

// checkName checks that a record has a name where the stored one does not keep its own:
// where there is none, where it is replaced whole, or where the edit empties it.
func (k *checker) checkName(at fault.Place, field, name string, keepsName bool, clear FieldSet) {
	switch at.Field = field; {
	case name != "":
	case !keepsName:
		k.report(at, fault.InvalidArgument, "a new record needs a %s", "新记录必须填写 %s", field)
	case clear.Has(FieldNamed(field)):
		k.reportRequired(at)
	}
}

// reportRequired reports a field that an edit would empty and that every record needs.
func (k *checker) reportRequired(at fault.Place) {
	k.report(at, fault.InvalidArgument, "%s cannot be emptied, as every record needs it: give a value, or leave the field out",
		"%s 为必填项，不能清空：请填写，或不要提供此项", at.Field)
}

func (k *checker) checkLevel(at fault.Place, level *float64) {
	if at.Field = "level"; level != nil && (!finite(*level) || *level <= 0 || *level > 1) {
		k.report(at, fault.InvalidArgument, "level %v is not above 0 and at most 1: give a number such as 0.7 or 70%%", "等级 %v 不大于 0 或大于 1：请填写如 0.7 或 70%% 的数", *level)
	}
}

func (k *checker) checkMinutes(at fault.Place, minutes *int) {
	if at.Field = "minutes"; minutes != nil && (*minutes < 1 || *minutes > MaxMinutes) {
		k.report(at, fault.InvalidArgument, "%d minutes are not between 1 and %d: leave it empty where it is unknown", "%d 分钟不在 1 与 %d 之间：未知时请留空", *minutes, MaxMinutes)
	}
}

func (k *checker) checkDistinct(at fault.Place, list []string) {
	seen := map[string]bool{}
	for _, code := range list {
		if seen[code] {
			k.reportDuplicate(at, fault.Place{}, Quote(code))
		}
		seen[code] = true
	}
}

func checkEnum[T ~string](k *checker, at fault.Place, field string, value T, values Enum[T]) {
	if at.Field = field; value != "" && !values.Has(value) {
		k.report(at, fault.InvalidArgument, "%s is none of %s", "%s 不是以下任何一个：%s", Quote(string(value)), values)
	}
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
