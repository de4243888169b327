package service_test

import (
	"context"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/xapi"
)

// senders is a world with E1 of DEV, who reports to E2 of HQ, and E3 of HQ, and with a learning
// system that may write evidence of DEV.
type senders struct {
	*service.Service
	store store.Store
	lms   *access.Viewer // what it may do now; nil where it is disabled
}

func newSenders(t *testing.T) *senders {
	s := &senders{store: servicetest.MemoryStore(t), lms: access.Service(access.Identity{Account: "lms"}, access.EvidenceWrite, []string{"DEV"})}
	var err error
	s.Service, err = servicetest.New(servicetest.Context(t), s.store, servicetest.Config{
		Senders: func(_ context.Context, account string) (*access.Viewer, error) {
			if account != "lms" || s.lms == nil {
				return nil, fault.New(fault.NotFound, "there is no such account", "没有该账号")
			}
			return s.lms, nil
		},
	})
	require.NoError(t, err)
	cs := servicetest.World(t, servicetest.SmallCatalog)
	cs.Put.Employees = append(cs.Put.Employees, competency.Employee{Code: "E3", Name: "周敏", OrgUnit: "HQ"})
	servicetest.Import(t, s.Service, cs)
	return s
}

// viewer returns the account of an employee with grants for the whole firm.
func (s *senders) viewer(t *testing.T, employee string, roles ...access.Role) *access.Viewer {
	t.Helper()
	var self access.Person
	if employee != "" {
		var err error
		self, err = s.People.Stand(t.Context(), employee)
		require.NoError(t, err)
	}
	var grants []access.Grant
	for _, role := range roles {
		grants = append(grants, access.Grant{Role: role})
	}
	return access.Account(access.Identity{Account: "account-" + employee}, self, grants)
}

func (s *senders) receive(t *testing.T, v *access.Viewer, statements ...string) (service.Receipt, error) {
	t.Helper()
	list, _, err := xapi.Parse([]byte("[" + strings.Join(statements, ",") + "]"))
	require.NoError(t, err)
	return s.Receive(servicetest.As(v), list)
}

// evidence returns who recorded what is stored, by id.
func (s *senders) evidence(t *testing.T) map[string]string {
	t.Helper()
	list, err := s.store.Evidence(t.Context(), store.EvidenceQuery{})
	require.NoError(t, err)
	by := map[string]string{}
	for _, e := range list {
		by[e.ID] = e.RecordedBy
	}
	return by
}

// Somebody whom the sender may not see is as unknown as nobody.
func TestStatementsAboutHiddenPeopleAreSetAside(t *testing.T) {
	s := newSenders(t)
	byAddress := strings.Replace(scored(4, "X", "A", 1), `"account": {"homePage": "https://lms.example", "name": "X"}`, `"mbox": "mailto:e2@hr.example"`, 1)
	require.Contains(t, byAddress, "mailto:e2", "as scored writes it")
	r, err := s.receive(t, s.lms, scored(1, "E1", "A", 1), scored(2, "E2", "A", 1), scored(3, "nobody", "A", 1), byAddress)
	require.NoError(t, err)
	require.Equal(t, []int{1, 3}, []int{r.Recorded, r.SetAside})
	require.Equal(t, map[string]string{uuid(1): "lms"}, s.evidence(t))
	page, err := s.People.UnmappedStatements(servicetest.As(s.lms), 9, nil, true)
	require.NoError(t, err)
	require.Equal(t, 3, page.TotalCount)
	for _, n := range page.Nodes {
		require.Equal(t, page.Nodes[0].Reason(servicetest.Request()), n.Reason(servicetest.Request()))
	}
}

func TestWhoSeesWhatIsSetAside(t *testing.T) {
	s := newSenders(t)
	_, err := s.receive(t, s.lms, scored(2, "E2", "A", 1), scored(3, "nobody", "A", 1))
	require.NoError(t, err)
	_, err = s.receive(t, access.System(), scored(4, "nobody", "A", 1))
	require.NoError(t, err)
	other := access.Service(access.Identity{Account: "other"}, access.EvidenceWrite, nil)
	for name, c := range map[string]struct {
		viewer  *access.Viewer
		total   int
		content bool
	}{
		"system": {access.System(), 3, true}, "its sender": {s.lms, 2, true}, "another sender": {other, 0, true},
		"HR": {s.viewer(t, "E3", access.HR), 3, true}, "an administrator": {s.viewer(t, "", access.Admin), 3, false},
	} {
		ctx := servicetest.As(c.viewer)
		page, err := s.People.UnmappedStatements(ctx, 1, nil, true)
		require.NoError(t, err, name)
		require.Equal(t, c.total, page.TotalCount, name)
		require.Equal(t, c.total > 1, page.PageInfo.HasNextPage, name)
		for _, n := range page.Nodes {
			require.NotEmpty(t, n.Reason(ctx))
			id, err := n.ID(ctx)
			require.Equal(t, c.content, err == nil && id != nil, name)
			_, err = n.Statement(ctx)
			require.Equal(t, c.content, err == nil, name)
		}
	}
	for _, v := range []*access.Viewer{s.viewer(t, "E2"), s.viewer(t, "E3", access.Trainer)} {
		_, err := s.People.UnmappedStatements(servicetest.As(v), 1, nil, true)
		require.Equal(t, fault.PermissionDenied, fault.CodeOf(err))
	}
	_, err = s.DiscardSetAside(servicetest.As(s.viewer(t, "", access.Admin)), service.DiscardSetAsideInput{IDs: []string{uuid(4)}})
	require.Equal(t, fault.PermissionDenied, fault.CodeOf(err))
	p, err := s.DiscardSetAside(servicetest.As(other), service.DiscardSetAsideInput{IDs: []string{uuid(4)}})
	require.NoError(t, err)
	require.Equal(t, fault.NotFound, p.UserErrors[0].Code, "what another account sent does not exist for a token")
}

// What may be about oneself or somebody above is left to another HR, or to its sender.
func TestStatementsAboutTheOwnLineAreLeftToOthers(t *testing.T) {
	s := newSenders(t)
	about := scored(2, "e2.old", "A", 1) // may be E2
	_, err := s.receive(t, s.lms, about, scored(3, "E22", "A", 1))
	require.NoError(t, err)
	discard := func(v *access.Viewer, n int) service.SetAsidePayload {
		p, err := s.DiscardSetAside(servicetest.As(v), service.DiscardSetAsideInput{IDs: []string{uuid(n)}})
		require.NoError(t, err)
		return p
	}
	for _, employee := range []string{"E2", "E1"} { // E2 is above E1
		p := discard(s.viewer(t, employee, access.HR), 2)
		require.Equal(t, []int{0, 1}, []int{p.Done, p.Left})
		require.Equal(t, fault.PermissionDenied, p.UserErrors[0].Code)
		retried, err := s.RetrySetAside(servicetest.As(s.viewer(t, employee, access.HR)), service.RetrySetAsideInput{})
		require.NoError(t, err)
		require.Equal(t, []int{0, 2}, []int{retried.Done, retried.Left})
	}
	require.Equal(t, 1, discard(s.viewer(t, "E2", access.HR), 3).Done, "E22 is another word")
	require.Equal(t, 1, discard(s.viewer(t, "E3", access.HR), 2).Done)
	_, err = s.receive(t, s.lms, about)
	require.NoError(t, err)
	require.Equal(t, 1, discard(s.lms, 2).Done, "by the account that sent it")
}

// A retry acts with the rights of the account that sent the statement, whoever asks for it.
func TestRetriesHaveTheRightsOfTheSender(t *testing.T) {
	s := newSenders(t)
	_, err := s.receive(t, s.lms, scored(2, "E2", "A", 1))
	require.NoError(t, err)
	retry := func() int {
		p, err := s.RetrySetAside(servicetest.As(s.viewer(t, "E3", access.HR)), service.RetrySetAsideInput{})
		require.NoError(t, err)
		return p.Done
	}
	require.Zero(t, retry(), "E2 is in none of its departments")
	wide := access.Service(s.lms.Identity, access.EvidenceWrite, nil)
	s.lms = nil
	require.Zero(t, retry(), "it is disabled")
	s.lms = access.Service(wide.Identity, access.CatalogRead, nil)
	require.Zero(t, retry(), "it may not record any more")
	s.lms = wide
	require.Equal(t, 1, retry())
	require.Equal(t, map[string]string{uuid(2): "lms"}, s.evidence(t))
}

func TestStatementThatIsDeniedRefusesTheRequest(t *testing.T) {
	s := newSenders(t)
	own := access.PersonalToken(s.viewer(t, "E1"), "token", access.EvidenceWrite|access.LearnerRead, nil)
	_, err := s.receive(t, own, scored(1, "nobody", "A", 1), scored(2, "E1", "A", 1))
	require.Equal(t, fault.PermissionDenied, fault.CodeOf(err), "an exam of oneself")
	require.Empty(t, s.evidence(t))
	page, err := s.People.UnmappedStatements(servicetest.Request(), 9, nil, true)
	require.NoError(t, err)
	require.Zero(t, page.TotalCount)

	_, err = s.receive(t, access.System(), scored(3, "E1", "A", 1))
	require.NoError(t, err)
	_, err = s.receive(t, own, voiding(4, 3))
	require.Equal(t, fault.PermissionDenied, fault.CodeOf(err), "what another account recorded")
}

// Pages go on behind the statement of their cursor, which does not tell its id.
func TestPagesOfWhatIsSetAside(t *testing.T) {
	s := newSenders(t)
	var statements []string
	for n := range 7 { // they come at one moment
		statements = append(statements, scored(n, "nobody", "A", 1))
	}
	_, err := s.receive(t, s.lms, statements...)
	require.NoError(t, err)
	hr := servicetest.As(s.viewer(t, "E3", access.HR))
	var ids []string
	for after := (*string)(nil); ; {
		page, err := s.People.UnmappedStatements(hr, 3, after, true)
		require.NoError(t, err)
		require.Equal(t, 7, page.TotalCount)
		for _, n := range page.Nodes {
			ids = append(ids, *servicetest.Must(n.ID(hr)))
		}
		if after = page.PageInfo.EndCursor; !page.PageInfo.HasNextPage {
			break
		}
		text, err := base64.RawURLEncoding.DecodeString(*after)
		require.NoError(t, err)
		require.NotContains(t, string(text), ids[len(ids)-1])
	}
	require.Len(t, ids, 7)
	require.IsIncreasing(t, ids)

	page, err := s.People.UnmappedStatements(hr, 3, nil, false)
	require.NoError(t, err)
	_, err = s.DiscardSetAside(hr, service.DiscardSetAsideInput{IDs: []string{ids[2]}})
	require.NoError(t, err)
	page, err = s.People.UnmappedStatements(hr, 9, page.PageInfo.EndCursor, false)
	require.NoError(t, err)
	require.Len(t, page.Nodes, 6, "none is left out where the one of the cursor is gone")
}
