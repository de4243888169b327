package service_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
)

func TestNode(t *testing.T) {
	svc := servicetest.Open(t, servicetest.MemoryStore(t), &servicetest.Clock{})
	cs := catalogOf25()
	cs.Put.Positions = append(cs.Put.Positions, competency.Position{Code: "岗:一", Name: "冒号"})
	servicetest.Import(t, svc, cs)
	ctx := servicetest.Request()
	var ids []string
	follow := func(id string, err error) {
		t.Helper()
		require.NoError(t, err)
		node, err := svc.Node(ctx, id)
		require.NoError(t, err)
		again, ok := node.(interface{ ID() string })
		require.True(t, ok, "%T", node)
		require.Equal(t, id, again.ID())
		require.NotContains(t, ids, id)
		ids = append(ids, id)
	}
	position, err := svc.Catalog.Position(ctx, "岗:一")
	follow(position.ID(), err)
	group, err := svc.Catalog.Competency(ctx, "C00001")
	follow(group.ID(), err)
	point, err := svc.Catalog.KnowledgePoint(ctx, "K00001")
	follow(point.ID(), err)
	resource, err := svc.Catalog.Resource(ctx, "R00001")
	follow(resource.ID(), err)
	unit, err := svc.People.OrgUnit(ctx, "U00001")
	follow(unit.ID(), err)
	person, err := svc.People.Employee(ctx, "E00001")
	follow(person.ID(), err)

	_, err = svc.Delete(ctx, competency.Employees, service.DeleteInput{Code: "E00001"})
	require.NoError(t, err)
	node, err := svc.Node(ctx, person.ID())
	require.NoError(t, err)
	require.Nil(t, node, "what is gone is null and no error")
	for _, id := range []string{"", "x", "????", "UG9zaXRpb24", "TG9nOjE"} {
		_, err := svc.Node(ctx, id)
		require.Equal(t, fault.InvalidArgument, fault.CodeOf(err), id)
	}
}
