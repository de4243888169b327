package competency

import (
	"github.com/zhitu/zhitu/internal/fault"
)

// maxDigit bounds the digits of a scale.
const maxDigit = 99

// checkScale checks the levels of a scale: none is ambiguous, and no label reads as a
// number.
func (k *checker) checkScale() {
	labels, digits := map[string]int{}, map[int]int{}
	for i, l := range k.cs.Put.Scale {
		at := fault.Place{Record: Levels, Index: i}
		k.checkTexts(at, "label", l.Label, "label_en", l.LabelEN)
		for _, name := range []struct{ field, label string }{{"label", l.Label}, {"label_en", l.LabelEN}} {
			at.Field = name.field
			folded := FoldLabel(name.label)
			first, taken := labels[folded]
			switch _, isNumber := ParseShare(folded); {
			case name.label == "" && name.field == "label":
				k.report(at, fault.InvalidArgument, "a level needs a label: give one such as apply or 掌握", "等级必须有名称：请填写，如 掌握、apply")
			case name.label == "":
			case isNumber:
				k.report(at, fault.InvalidArgument, "%s reads as a number and is no label: give it in the column digit 序号", "%s 是数字，不能作为名称：请填在“序号”（digit）列", Quote(name.label))
			case taken && first != i:
				k.reportDuplicate(at, fault.Place{Record: Levels, Index: first, Field: name.field}, Quote(name.label))
			default:
				labels[folded] = i
			}
		}
		if at.Field = "digit"; l.Digit != nil {
			if first, taken := digits[*l.Digit]; taken {
				k.report(at, fault.InvalidArgument, "the digit %d stands twice in the scale (%s): keep one of the two", "序号 %d 重复（%s）：请只保留一个",
					*l.Digit, Quote(k.cs.Put.Scale[first].Label))
			}
			if digits[*l.Digit] = i; *l.Digit < 1 || *l.Digit > maxDigit {
				k.report(at, fault.InvalidArgument, "the digit %d is not between 1 and %d", "序号 %d 不在 1 与 %d 之间", *l.Digit, maxDigit)
			}
		}
		k.checkLevel(at, &l.Level)
	}
}
