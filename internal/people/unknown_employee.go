package people

import (
	"context"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/page"
)

// UnknownEmployee says that there is no employee with a code, and gives advice. Where the
// text is a name, it suggests the codes of those who have that name instead, as far as the
// viewer may list them: that costs one read.
func (p *People) UnknownEmployee(ctx context.Context, text string, advice fault.Text) fault.Text {
	message := fault.T("there is no employee %s", "不存在员工 %s", competency.Quote(text))
	switch found := p.namesakes(ctx, text); {
	case len(found) > 0:
		return competency.DidYouMean(message, found)
	case advice == fault.Text{}:
		return message
	}
	return fault.T("%s: %s", "%s：%s", message, advice)
}

// namesakes returns the employees of a name, as messages suggest them.
func (p *People) namesakes(ctx context.Context, name string) (found []string) {
	if !competency.MayBeName(name) {
		return nil
	}
	list, err := p.Employees(ctx, page.MaxSize, nil, &EmployeeFilter{Text: &name}, false)
	if err != nil {
		return nil
	}
	for _, e := range list.Nodes {
		if competency.SameName(name, e.Name()) && len(found) < competency.MaxSuggested {
			found = append(found, competency.Named(e.Code(), e.Name()))
		}
	}
	return found
}

// suggestEmployees adds to problems who is meant by a name in place of a code, for a few
// names.
func (p *People) suggestEmployees(ctx context.Context, list []competency.Evidence, problems []fault.Problem) {
	const most = 3
	told := map[string]fault.Text{}
	for i := range problems {
		wrong := &problems[i]
		if wrong.Code != fault.NotFound || wrong.Field != "employee" || !competency.MayBeName(list[wrong.Index].Employee) {
			continue
		}
		name := list[wrong.Index].Employee
		text, again := told[name]
		if !again && len(told) < most {
			text = p.UnknownEmployee(ctx, name, fault.T("correct the code or add the record", "请更正编码或补上该记录"))
			told[name], again = text, true
		}
		if again {
			wrong.Text = text
		}
	}
}
