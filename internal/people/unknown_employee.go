package people

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/page"
)

// UnknownEmployee says that there is no employee with a code. Where the text is a name, it
// suggests the codes of those who have that name, as far as the viewer may see them: that
// costs one read.
func (p *People) UnknownEmployee(ctx context.Context, text string) fault.Text {
	message := fault.T("there is no employee %s", "不存在员工 %s", competency.Quote(text))
	if found := p.namesakes(ctx, text); len(found) > 0 {
		return fault.T("%s; did you mean %s?", "%s；是否应为 %s？", message, strings.Join(found, ", "))
	}
	return message
}

// namesakes returns the employees of a name, as messages suggest them.
func (p *People) namesakes(ctx context.Context, name string) (found []string) {
	const most = 5
	if !mayBeName(name) {
		return nil
	}
	list, err := p.Employees(ctx, page.MaxSize, nil, &EmployeeFilter{Text: &name}, false)
	if err != nil {
		return nil
	}
	for _, e := range list.Nodes {
		same := competency.Fold(competency.Trim(e.Name())) == competency.Fold(competency.Trim(name))
		if same && len(found) < most && access.Check(ctx, access.Card, access.Subject{Employee: e.Code()}) == nil {
			found = append(found, e.Code()+" ("+competency.Truncate(e.Name(), competency.MaxQuoted)+")")
		}
	}
	return found
}

// mayBeName reports whether a text is worth a look among names. A plain code is not, which
// programs may ask for often.
func mayBeName(text string) bool {
	text = competency.Trim(text)
	plain := strings.IndexFunc(text, func(r rune) bool { return r >= utf8.RuneSelf || r == ' ' }) < 0
	return !plain && utf8.RuneCountInString(text) <= competency.MaxCode
}
