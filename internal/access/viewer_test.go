package access

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// A firm of four: Boss leads Me, who leads Report; Other is elsewhere.
var (
	boss   = Person{Code: "Boss", Units: []string{"D1"}}
	me     = Person{Code: "Me", Units: []string{"D2", "D1"}, Managers: []string{"Boss"}}
	report = Person{Code: "Report", Units: []string{"D2", "D1"}, Managers: []string{"Me", "Boss"}}
	other  = Person{Code: "Other", Units: []string{"D3"}}
)

func signedIn(grants ...Grant) *Viewer { return Account(Identity{}, me, grants) }

func TestPeersAreHiddenFromTheRatedAndTheirLine(t *testing.T) {
	for name, c := range map[string]struct {
		viewer *Viewer
		sees   map[string]bool
	}{
		"an employee":         {signedIn(), map[string]bool{"Boss": true, "Me": false, "Report": false, "Other": true}},
		"MANAGER":             {signedIn(Grant{Manager, "D3"}), map[string]bool{"Boss": true, "Me": false, "Report": false, "Other": false}},
		"HR of a unit":        {signedIn(Grant{HR, "D3"}), map[string]bool{"Boss": true, "Me": false, "Report": false, "Other": true}},
		"HR of the firm":      {signedIn(Grant{HR, ""}), map[string]bool{"Boss": true, "Me": true, "Report": true, "Other": true}},
		"TRAINER of the firm": {signedIn(Grant{Trainer, ""}), map[string]bool{"Boss": true, "Me": false, "Report": false, "Other": true}},
		"a service":           {Service(Identity{}, LearnerRead, nil), map[string]bool{"Boss": true, "Me": true, "Report": true, "Other": true}},
		"the system":          {System(), map[string]bool{"Boss": true, "Me": true, "Report": true, "Other": true}},
	} {
		for _, p := range []Person{boss, me, report, other} {
			require.Equal(t, c.sees[p.Code], c.viewer.SeesPeers(&p), "%s sees who rates %s", name, p.Code)
		}
	}
}

func TestAggregateReach(t *testing.T) {
	line := competency.Reach{Line: "Me", LineExcept: []string{"Boss"}}
	units := line
	units.Units = []string{"D3"}
	bound := competency.Reach{Firm: true, Line: "Me", LineExcept: []string{"Boss"}, Within: []string{"D2"}}
	for name, c := range map[string]struct {
		viewer *Viewer
		want   competency.Reach
	}{
		"an employee":               {signedIn(), line},
		"HR of a unit":              {signedIn(Grant{HR, "D3"}), units},
		"AUDITOR":                   {signedIn(Grant{Auditor, ""}), line},
		"EXPERT":                    {signedIn(Grant{Expert, ""}), competency.Reach{Firm: true}},
		"EXPERT without a link":     {Account(Identity{}, Person{}, []Grant{{Expert, ""}}), competency.Reach{Firm: true}},
		"an account without a link": {Account(Identity{}, Person{}, nil), competency.Reach{}},
		"a bound token of HR":       {PersonalToken(signedIn(Grant{HR, ""}), "t", InsightRead, []string{"D2"}), bound},
		"a token of HR":             {PersonalToken(signedIn(Grant{HR, ""}), "t", InsightRead, nil), competency.Reach{Firm: true}},
		"a token without the scope": {PersonalToken(signedIn(Grant{HR, ""}), "t", LearnerRead, nil), competency.Reach{}},
		"a service":                 {Service(Identity{}, InsightRead, nil), competency.Reach{Firm: true}},
		"a bound service":           {Service(Identity{}, InsightRead, []string{"D2"}), competency.Reach{Firm: true, Within: []string{"D2"}}},
		"the system":                {System(), competency.Reach{Firm: true}},
		"the zero Viewer":           {&Viewer{}, competency.Reach{}},
	} {
		require.Equal(t, c.want, c.viewer.AggregateReach(), name)
	}
}

func TestWhatDependsOnLines(t *testing.T) {
	require.False(t, System().DependsOnLines())
	require.False(t, Service(Identity{}, PeopleRead, nil).DependsOnLines())
	require.True(t, Service(Identity{}, PeopleRead, []string{"D1"}).DependsOnLines())
	require.True(t, signedIn(Grant{HR, ""}).DependsOnLines())
	require.True(t, PersonalToken(signedIn(), "t", PeopleRead, nil).DependsOnLines())
	require.Equal(t, []string{"Me", "Boss"}, signedIn().OwnLine())
	require.Empty(t, Account(Identity{}, Person{}, nil).OwnLine())
}

// The system may do everything to everyone.
func TestTheSystemMayDoEverything(t *testing.T) {
	for a := range Actions() {
		require.Equal(t, Allowed, System().Decide(a), a)
		if rules[a].aboutPerson {
			require.Equal(t, Allowed, System().DecidePerson(a, &other), a)
		}
		require.Equal(t, Denied, (&Viewer{}).Decide(a), a)
	}
}

// Who must seem not to exist is answered by the error of an unknown code.
func TestRefusal(t *testing.T) {
	unknown := errors.New("there is nobody")
	v := signedIn()
	require.NoError(t, v.Refusal(Allowed, Learner, unknown))
	require.NoError(t, v.Refusal(AllowedAsSelf, Place, unknown))
	require.Equal(t, unknown, v.Refusal(NotFound, Learner, unknown))
	require.Equal(t, fault.PermissionDenied, fault.CodeOf(v.Refusal(Denied, Learner, unknown)))
	require.Equal(t, fault.PermissionDenied, fault.CodeOf(v.Refusal(NotFound, Learner, nil)))
	require.ErrorContains(t, PersonalToken(v, "t", CatalogRead, nil).Refusal(Denied, Learner, nil), "the token lacks the scope learner:read")
	require.ErrorContains(t, PersonalToken(v, "t", CatalogRead, nil).Refusal(Denied, Erase, nil), "no token has this permission: sign in with an account [ERASE]")
	var refused *fault.Error
	require.ErrorAs(t, v.Refusal(Denied, Learner, nil), &refused)
	require.Equal(t, "LEARNER", refused.Class)
	require.Equal(t, fault.T("you have no permission for this", "没有此项权限"), refused.Text, "people read no class")
}

// Whose account has a grant is deleted by HR of the whole firm alone, and own managers are
// edited by nobody else.
func TestEditsForTheWholeFirmAlone(t *testing.T) {
	unit, firm := signedIn(Grant{HR, "D1"}), signedIn(Grant{HR, ""})
	for name, c := range map[string]struct {
		viewer *Viewer
		edit   PersonEdit
		person *Person
		want   Outcome
	}{
		"no grant, HR of a unit":        {unit, PersonEdit{Field: WholeRecord}, &report, Allowed},
		"a grant, HR of a unit":         {unit, PersonEdit{Field: WholeRecord, HasGrant: true}, &report, Denied},
		"a grant, HR of the firm":       {firm, PersonEdit{Field: WholeRecord, HasGrant: true}, &report, Allowed},
		"a grant, a service":            {Service(Identity{}, PeopleWrite, nil), PersonEdit{Field: WholeRecord, HasGrant: true}, &report, Allowed},
		"a grant, a bound service":      {Service(Identity{}, PeopleWrite, []string{"D1"}), PersonEdit{Field: WholeRecord, HasGrant: true}, &report, Denied},
		"reports outside of the unit":   {unit, PersonEdit{Field: WholeRecord, Reports: []*Person{&other}}, &report, Denied},
		"an own manager, HR of a unit":  {unit, PersonEdit{Field: Name}, &boss, Denied},
		"an own manager, HR of a firm":  {firm, PersonEdit{Field: Name}, &boss, Allowed},
		"a manager outside of the unit": {unit, PersonEdit{Field: ManagedBy, NamesManager: true, Manager: &other}, &report, NotFound},
	} {
		require.Equal(t, c.want, c.viewer.DecideEdit(c.edit, c.person), name)
	}
	require.True(t, System().IsSystem())
	require.False(t, firm.IsSystem())
}

// memberCases say whom of a group a viewer may read one by one.
// The owner of a token decides, whatever its scopes and departments; a service may
// what all its valid tokens together may. A card is not enough.
var memberCases = map[string]struct {
	viewer *Viewer
	person *Person
	reads  bool
}{
	"an account":                           {signedIn(), &report, true},
	"an own manager":                       {signedIn(), &boss, false},
	"AUDITOR":                              {signedIn(Grant{Auditor, ""}), &other, false},
	"a token":                              {PersonalToken(signedIn(), "t", InsightRead, nil), &report, true},
	"a token with learner:read":            {PersonalToken(signedIn(), "t", InsightRead|LearnerRead, nil), &report, true},
	"a token, an own manager":              {PersonalToken(signedIn(), "t", InsightRead|LearnerRead, nil), &boss, false},
	"a token bound elsewhere":              {PersonalToken(signedIn(), "t", InsightRead|LearnerRead, []string{"D3"}), &report, true},
	"a service":                            {Service(Identity{}, InsightRead, nil), &other, false},
	"a service with learner:read":          {Service(Identity{}, InsightRead|LearnerRead, nil), &other, true},
	"another token of the service reads":   {withTokens(InsightRead, TokenRights{InsightRead, nil}, TokenRights{LearnerRead, nil}), &other, true},
	"another token reads this department":  {withTokens(InsightRead, TokenRights{LearnerRead, []string{"D1", "D3"}}), &other, true},
	"another token reads what lies within": {withTokens(InsightRead, TokenRights{LearnerRead, []string{"D1"}}), &report, true},
	"another token reads elsewhere":        {withTokens(InsightRead, TokenRights{LearnerRead, []string{"D1"}}), &other, false},
	"two tokens, one of which reads":       {withTokens(InsightRead|LearnerRead, TokenRights{InsightRead | LearnerRead, nil}, TokenRights{EvidenceWrite, nil}), &other, true},
	"no token reads":                       {withTokens(InsightRead, TokenRights{InsightRead | EvidenceWrite | PeopleWrite, nil}), &other, false},
	"the system":                           {System(), &other, true},
	"the zero Viewer":                      {&Viewer{}, &other, false},
}

func withTokens(own Scopes, all ...TokenRights) *Viewer {
	return Service(Identity{}, own, nil).WithTokens(all)
}

func TestWhoOfAGroupIsRead(t *testing.T) {
	require.Empty(t, wrongMemberCases())
}

func wrongMemberCases() (wrong []string) {
	for name, c := range memberCases {
		if c.viewer.ReadsMember(c.person) != c.reads {
			wrong = append(wrong, name)
		}
	}
	return wrong
}

// What other tokens of a service may read decides nothing but that.
func TestOtherTokensGiveNoRights(t *testing.T) {
	v := withTokens(InsightRead, TokenRights{^Scopes(0), nil})
	require.Equal(t, Denied, v.DecidePerson(Learner, &other))
	require.Equal(t, Denied, v.Decide(EditCatalog))
	require.Equal(t, NotFound, v.DecideAggregate(Group{Kind: LineGroup, Head: &boss, Members: v.Members([]*Person{&report})}))
	require.Equal(t, Denied, v.DecideAggregate(Group{Kind: Incumbents, Members: v.Members([]*Person{&report})}))
}
