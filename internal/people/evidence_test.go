package people_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
)

func TestEvidencePages(t *testing.T) {
	svc := servicetest.OpenWorld(t, servicetest.SmallCatalog)
	var list []service.EvidenceInput
	for i := range 7 {
		e := servicetest.Exam(fmt.Sprint(i), "E1", []string{"A", "B"}[i%2], 1)
		e.At = service.TimeGiven(kgtest.Now.Add(time.Duration(i/2-24) * time.Hour))
		list = append(list, e)
	}
	servicetest.Record(t, svc, list...)
	e, err := svc.People.Employee(servicetest.Request(), "E1")
	require.NoError(t, err)
	var ids []string
	var after *string
	for {
		page, err := e.Evidence(servicetest.Request(), 2, after, nil)
		require.NoError(t, err)
		for _, v := range page.Nodes {
			ids = append(ids, v.ID())
		}
		if !page.PageInfo.HasNextPage {
			break
		}
		after = page.PageInfo.EndCursor
	}
	require.Equal(t, []string{"6", "5", "4", "3", "2", "1", "0"}, ids)
	page, err := e.Evidence(servicetest.Request(), 50, nil, new("B"))
	require.NoError(t, err)
	require.Len(t, page.Nodes, 3)
	_, err = e.Evidence(servicetest.Request(), 2, new("bad"), nil)
	require.Equal(t, fault.InvalidArgument, fault.CodeOf(err))
}
