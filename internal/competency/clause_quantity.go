package competency

import (
	"regexp"
	"strings"
)

// clauseQuantities are ways to say in the name of a clause how many of its alternatives
// are wanted. The first group is that number.
var clauseQuantities = []*regexp.Regexp{
	regexp.MustCompile(`^([\d]+) ?(?:of|out of|/|von|sur) ?\d+$`),                  // 2 of 3, 2/3
	regexp.MustCompile(`^(?:any|at least|min\.?|minimum) ?(\d+|two|three|four)\b`), // any 2, at least two
	regexp.MustCompile(`^(?:[\d二两三四五六七八九十]+)(?:选|中选|取)([\d一二两三四五六七八九十]+)`),         // 三选二
	regexp.MustCompile(`^(?:任选|任意|任|至少|最少) ?([\d一二两三四五六七八九十]+)`),                   // 任选两个, 至少2
}

// wantsSeveral reports whether the name of a clause says that more than one of its
// alternatives is wanted, which no clause can mean.
func wantsSeveral(clause string) bool {
	folded := strings.Join(strings.Fields(FoldLabel(clause)), " ")
	for _, form := range clauseQuantities {
		if found := form.FindStringSubmatch(folded); found != nil {
			return found[1] != "1" && found[1] != "一" && strings.Trim(found[1], "0") != ""
		}
	}
	return false
}
