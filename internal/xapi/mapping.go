package xapi

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"github.com/zhitu/zhitu/internal/competency"
)

// Rule maps one identifier of the sender.
type Rule struct {
	// Identifier is the identifier in statements. Of an actor: an address, an account
	// as its name or HOMEPAGE|NAME, a mbox_sha1sum or an openid. Of an activity: its
	// IRI or the last segment of it. Of a verb: its IRI. Or what is trusted: @DOMAIN or
	// HOMEPAGE|*; see Mapping.
	Identifier      string
	Employee        string                  // that an actor stands for
	KnowledgePoints []string                // that an activity is about
	Kind            competency.EvidenceKind // of results on the activity, or with the verb
	Difficulty      *float64                // of the activity: the share of people in [0,1] who fail it
	Max             *float64                // what score.raw is out of, where the statement does not say: above 0
}

// Trusts reports whether the rule is about whose accounts and addresses contain the
// codes of employees.
func (r Rule) Trusts() bool {
	key := Identifier(r.Identifier)
	return strings.HasPrefix(key, "@") || strings.HasSuffix(key, trustedAccounts)
}

// trustedAccounts ends the identifier of a home page whose accounts are trusted.
const trustedAccounts = "|*"

// describesResults reports whether the rule says something of an activity or a verb.
func (r Rule) describesResults() bool {
	return len(r.KnowledgePoints) > 0 || r.Kind != "" || r.Difficulty != nil || r.Max != nil
}

// Mapping maps the identifiers of a sender to codes of the catalog. The zero value
// maps none, so that statements must contain the codes themselves.
//
// Whose accounts contain codes of employees? Where a rule trusts a home page or a
// domain, those that some rule names or trusts; else all of them. Of addresses: where a
// rule trusts a domain, those of such domains; else all of them.
type Mapping struct {
	rules     map[string]Rule
	domains   map[string]bool // trusted mail domains
	homePages map[string]bool // trusted home pages of accounts
	// extension is the extension that names points.
	extension   string
	fingerprint string
}

// Fingerprint differs where the rules differ.
func (m Mapping) Fingerprint() string { return m.fingerprint }

// NewMapping returns a mapping of rules. Of rules with the same identifier the last
// wins. An empty extension means PointsExtension.
func NewMapping(rules []Rule, extension string) Mapping {
	m := Mapping{rules: map[string]Rule{}, domains: map[string]bool{}, homePages: map[string]bool{}, extension: extension}
	for _, r := range rules {
		key := Identifier(r.Identifier)
		if domain, ok := strings.CutPrefix(key, "@"); ok {
			m.domains[domain] = true
		}
		if homePage, ok := strings.CutSuffix(key, trustedAccounts); ok {
			m.homePages[homePage] = true
		}
		m.rules[key] = r
	}
	text, _ := json.Marshal(rules) // texts and numbers always have a JSON form
	m.fingerprint = fmt.Sprintf("%x", sha256.Sum256(append(text, extension...)))
	return m
}

// TrustsAll reports whether no rule says which accounts are trusted, so that those of
// every home page are.
func (m Mapping) TrustsAll() bool { return len(m.domains)+len(m.homePages) == 0 }

// trustsDomain reports whether the addresses of a domain begin with codes.
func (m Mapping) trustsDomain(domain string) bool {
	return len(m.domains) == 0 || m.domains[strings.ToLower(domain)]
}

// Identifier returns the canonical form in which identifiers are compared. Addresses
// lose mailto: and are in lower case, and so are scheme and host of a home page, which
// loses a slash at its end; all others keep their case.
func Identifier(s string) string {
	s = competency.NormalizeCode(competency.Trim(s))
	if homePage, name, ok := strings.Cut(s, "|"); ok && strings.Contains(homePage, ":") {
		return canonicalHomePage(homePage) + "|" + canonicalName(name)
	}
	return canonicalName(s)
}

func canonicalName(s string) string {
	address, isMbox := strings.CutPrefix(s, "mailto:")
	if isMbox || isAddress(s) {
		return strings.ToLower(address)
	}
	return s
}

// isAddress reports whether a name is an address, such as wang@corp.example.
func isAddress(s string) bool {
	return strings.Contains(s, "@") && !strings.ContainsAny(s, "/|: ")
}

// canonicalHomePage returns a home page without what makes no difference.
func canonicalHomePage(s string) string {
	s = strings.TrimRight(competency.Trim(s), "/")
	u, err := url.Parse(s)
	if err != nil || u.Host == "" {
		return s
	}
	u.Host = strings.ToLower(u.Host)
	return u.String()
}

// employeeFor returns the employee of the first identifier that maps to one, or "".
func (m Mapping) employeeFor(identifiers ...string) string {
	for _, id := range identifiers {
		if r := m.rules[Identifier(id)]; id != "" && r.Employee != "" {
			return r.Employee
		}
	}
	return ""
}

// ruleFor returns the rule of the first identifier that describes results.
func (m Mapping) ruleFor(identifiers ...string) Rule {
	for _, id := range identifiers {
		if r := m.rules[Identifier(id)]; r.describesResults() {
			return r
		}
	}
	return Rule{}
}
