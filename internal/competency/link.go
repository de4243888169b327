package competency

import (
	"net/url"
	"slices"
	"strings"

	"github.com/zhitu/zhitu/internal/fault"
)

// LinkSchemes are the schemes that links may have besides http and https, such as
// dingtalk. The zero value allows these two alone.
type LinkSchemes []string

// scriptSchemes run what a link says in the browser of whoever follows it: no setting
// allows them.
var scriptSchemes = []string{"javascript", "data", "vbscript"}

// Allow reports whether a link is one that people may be given to follow.
func (s LinkSchemes) Allow(link string) bool {
	u, err := url.Parse(link)
	if err != nil {
		return false
	}
	switch u.Scheme {
	case "http", "https":
		return u.Host != ""
	case "":
		return false
	}
	return !slices.Contains(scriptSchemes, u.Scheme) && slices.ContainsFunc(s, func(scheme string) bool { return strings.EqualFold(scheme, u.Scheme) })
}

// CheckLinks returns a problem for each link that a change set brings and that may not be
// followed, unless this catalog has it already.
func (c Catalog) CheckLinks(cs ChangeSet, schemes LinkSchemes) (problems []fault.Problem) {
	for i, r := range cs.Put.Resources {
		stored, _ := find(c.Resources, r, compareResource)
		if r.URL == "" || r.URL == stored.URL || schemes.Allow(r.URL) {
			continue
		}
		problems = append(problems, fault.Problem{
			Place: fault.Place{Record: Resources, Index: i, Field: "url"}, Code: fault.InvalidArgument, NewRule: true,
			Text: fault.T("%s is not a link: give one that begins with http:// or https://, or name its scheme in the setting link-schemes",
				"%s 不是有效的链接：请以 http:// 或 https:// 开头，或在设置 link-schemes 中列出其协议", Quote(r.URL)),
		})
	}
	return problems
}
