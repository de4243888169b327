package xapi_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/xapi"
)

func TestWhoseAccountsAreTrusted(t *testing.T) {
	account := func(home, name string) string {
		return fmt.Sprintf(`{"account": {"homePage": %q, "name": %q}}`, home, name)
	}
	mbox := func(address string) string { return fmt.Sprintf(`{"mbox": "mailto:%s"}`, address) }
	const none, home, domain, both, named = "", "https://LMS.example/|*", "@corp.example", "both", "https://partner.example|1001"
	rules := func(name string) xapi.Mapping {
		switch name {
		case none:
			return xapi.Mapping{}
		case both:
			return xapi.NewMapping([]xapi.Rule{{Identifier: home}, {Identifier: domain}, {Identifier: named, Employee: "E7"}}, "")
		default:
			return xapi.NewMapping([]xapi.Rule{{Identifier: name}}, "")
		}
	}
	const aside = "set aside"
	for _, c := range []struct {
		mapping, actor, want string
	}{
		{none, account("https://partner.example", "1001"), "1001"},
		{home, account("https://partner.example", "1001"), aside},
		{home, account("https://lms.example", "1001"), "1001"},
		{home, account("HTTPS://lms.Example/", "1001"), "1001"},
		{home, account("https://lms.example/moodle", "1001"), aside},
		{domain, account("https://lms.example", "1001"), aside},
		{both, account("https://partner.example", "1001"), "E7"},
		{both, account("https://partner.example/", "1001"), "E7"},
		{both, account("https://partner.example", "1002"), aside},

		{none, account("https://any.example", "e007@Corp.example"), "E007"},
		{domain, account("https://any.example", "E007@CORP.example"), "E007"},
		{domain, account("https://any.example", "E007@partner.example"), aside},
		{home, account("https://lms.example", "e007@corp.example"), "E007"},
		{home, account("https://any.example", "e007@corp.example"), aside},
		{both, account("https://lms.example", "e007@partner.example"), "e007@partner.example"},

		{none, mbox("e007@corp.example"), "E007"},
		{none, mbox("wang.FANG@corp.example"), "Wang.Fang"},
		{none, mbox("nobody@corp.example"), "nobody"},
		{none, mbox("e9@corp.example"), "e9"},
		{none, mbox("E9@corp.example"), "E9"},
		{domain, mbox("E007@partner.example"), aside},
		{home, mbox("e007@corp.example"), "E007"},
		{none, account("https://lms.example", "e007"), "e007"}, // an account is a code as it is
	} {
		e, hasResult, problem := mustParse(t, statementJSON("actor", c.actor)).Evidence(rules(c.mapping), known)
		require.True(t, hasResult)
		got := e.Employee
		if problem != (fault.Text{}) {
			got = aside
			require.NotEqual(t, problem.EN, problem.ZH)
		}
		require.Equal(t, c.want, got, "%+v: %s", c, problem.EN)
	}
	_, _, problem := mustParse(t, statementJSON("actor", account("https://partner.example", "1001"))).Evidence(rules(home), known)
	require.Contains(t, problem.EN, "or a row https://partner.example|* to trust all accounts")
}

func TestAddressesThatDifferByCase(t *testing.T) {
	twins := xapi.Known{Point: known.Point, Employees: func(string) []string { return []string{"Ab", "aB"} }}
	_, _, problem := mustParse(t, statementJSON("actor", `{"mbox": "mailto:ab@corp.example"}`)).Evidence(xapi.Mapping{}, twins)
	require.Contains(t, problem.EN, "may be that of several employees")
	e, _, problem := mustParse(t, statementJSON("actor", `{"mbox": "mailto:aB@corp.example"}`)).Evidence(xapi.Mapping{}, twins)
	require.Empty(t, problem.EN)
	require.Equal(t, "aB", e.Employee)
}

func TestUntrustedHomePage(t *testing.T) {
	st := mustParse(t, statementJSON())
	require.Equal(t, "https://lms.example", st.UntrustedHomePage(xapi.Mapping{}))
	require.Empty(t, st.UntrustedHomePage(xapi.NewMapping([]xapi.Rule{{Identifier: "@corp.example"}}, "")))
	require.Empty(t, st.UntrustedHomePage(xapi.NewMapping([]xapi.Rule{{Identifier: "https://lms.example/|E1", Employee: "E2"}}, "")))
	require.Empty(t, mustParse(t, statementJSON("actor", `{"mbox": "mailto:a@b.example"}`)).UntrustedHomePage(xapi.Mapping{}))
}
