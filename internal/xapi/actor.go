package xapi

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// employeeCode returns the code of the employee that the actor stands for. It need not
// exist, unless it is taken from an address: senders change the case of these.
func (s Statement) employeeCode(m Mapping, known Known) (code string, problem fault.Text) {
	actor, problem := s.person()
	if problem != (fault.Text{}) {
		return "", problem
	}
	homePage, name := actor.stringAt("account", "homePage"), competency.Trim(actor.stringAt("account", "name"))
	mbox, sha1, openid := actor.stringAt("mbox"), actor.stringAt("mbox_sha1sum"), actor.stringAt("openid")
	if code := m.employeeFor(homePage+"|"+name, name, mbox, sha1, strings.ToLower(sha1), openid); code != "" {
		return code, problem
	}
	if homePage == "" {
		local, domain, isMbox := strings.Cut(strings.TrimPrefix(mbox, "mailto:"), "@")
		if isMbox && m.trustsDomain(domain) {
			return known.employeeOf(local)
		}
		return "", fault.T("nothing says which employee the actor is: add its identifier to the mapping file", "无法判断 actor 是哪名员工：请将其标识加入映射文件")
	}
	local, domain, _ := strings.Cut(name, "@")
	byAddress := isAddress(name) && m.trustsDomain(domain) // of a domain that is trusted
	switch {
	case byAddress && m.domains[strings.ToLower(domain)]:
		return known.employeeOf(local)
	case !m.TrustsAll() && !m.homePages[canonicalHomePage(homePage)]:
		return "", fault.T("the account is of a home page that is not trusted: add a row with it and its employee to the mapping file, or a row %s|* to trust all accounts of that home page",
			"该账户的主页未受信任：请在映射文件中加入该账户及其工号，或加入一行 %s|* 以信任该主页的全部账户",
			competency.Truncate(homePage, competency.MaxQuoted))
	case byAddress:
		// The whole name may be a code as well.
		if len(known.employees(name)) == 0 {
			return known.employeeOf(local)
		}
	}
	return name, problem
}

// EmployeeTexts returns the texts of the actor for which Evidence asks Known for employees.
func (s Statement) EmployeeTexts(m Mapping) (texts []string) {
	if s.root == nil { // malformed
		return nil
	}
	_, _ = s.employeeCode(m, Known{Employees: func(text string) []string {
		texts = append(texts, text)
		return nil
	}})
	return texts
}

// ActorTexts returns all texts that say who the actor is, members of a group too, and the
// employee whom the mapping names for it. Of a malformed statement it returns all texts.
func (s Statement) ActorTexts(m Mapping) (texts []string) {
	who := s.root.lookup("actor")
	if s.root == nil {
		if json.Unmarshal(s.Body, &who) != nil {
			return []string{string(s.Body)}
		}
	}
	texts = textsIn(who, nil)
	if s.root != nil {
		if code, problem := s.employeeCode(m, Known{}); problem == (fault.Text{}) {
			texts = append(texts, code)
		}
	}
	return texts
}

// textsIn appends all texts in a JSON value.
func textsIn(v any, texts []string) []string {
	switch v := v.(type) {
	case string:
		texts = append(texts, v)
	case []any:
		for _, inner := range v {
			texts = textsIn(inner, texts)
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			texts = textsIn(v[name], texts)
		}
	}
	return texts
}

// person returns the actor, or the only member of a group.
func (s Statement) person() (actor object, problem fault.Text) {
	actor = object(s.root.lookup("actor").(map[string]any))
	if actor.stringAt("objectType") != "Group" {
		return actor, problem
	}
	members, _ := actor["member"].([]any)
	if len(members) != 1 {
		return nil, fault.T("the actor is a group, and evidence is of one person", "actor 是群组，而证据须属于一个人")
	}
	return object(members[0].(map[string]any)), problem
}

// HomePage returns the home page of the actor's account, "" where it has none.
func (s Statement) HomePage() string {
	actor, _ := s.person()
	return canonicalHomePage(actor.stringAt("account", "homePage"))
}

// Known tells which codes there are. A nil function knows none.
type Known struct {
	Point, Competency func(code string) bool
	// Employees returns the codes of employees that equal a text, whatever the case.
	Employees func(text string) []string
}

// employeeOf returns the employee whose code an address begins with. One that is written
// the same wins over those in another case.
func (k Known) employeeOf(local string) (code string, problem fault.Text) {
	found := k.employees(local)
	for _, code := range found {
		if code == competency.NormalizeCode(local) {
			return code, problem
		}
	}
	switch len(found) {
	case 0:
		return local, problem // nobody yet
	case 1:
		return found[0], problem
	default:
		return "", fault.T("the address may be that of several employees, whose codes differ in case alone: add it to the mapping file", "该地址可能属于多名员工（其工号仅大小写不同）：请将其加入映射文件")
	}
}

func (k Known) employees(text string) []string {
	if k.Employees == nil {
		return nil
	}
	return k.Employees(text)
}

func (k Known) point(code string) bool { return k.Point != nil && k.Point(code) }

func (k Known) competency(code string) bool { return k.Competency != nil && k.Competency(code) }

// UntrustedHomePage returns the home page of an account that is taken for the code of an
// employee only because no rule of the mapping says which home pages are trusted, else "".
func (s Statement) UntrustedHomePage(m Mapping) string {
	actor, _ := s.person()
	homePage, name := actor.stringAt("account", "homePage"), competency.Trim(actor.stringAt("account", "name"))
	if homePage == "" || !m.TrustsAll() || m.employeeFor(homePage+"|"+name, name) != "" {
		return ""
	}
	return canonicalHomePage(homePage)
}
