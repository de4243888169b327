package graph_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/graph"
	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/audit"
	"github.com/zhitu/zhitu/internal/fault"
)

func TestTheAuditIsReadByWhoMay(t *testing.T) {
	t.Parallel()
	a := newAPI(t, smallWorld(t), nil, graph.Config{})
	hr := access.Account(access.Identity{Account: "a1", Name: "HR"}, access.Person{Code: "E2"}, []access.Grant{{Role: access.HR}})
	auditor := access.Account(access.Identity{Account: "a2"}, access.Person{Code: "E3"}, []access.Grant{{Role: access.Auditor}})
	own := access.Account(access.Identity{Account: "a3"}, access.Person{Code: "E1"}, nil)

	ctx := audit.Begin(access.WithViewer(context.Background(), hr), audit.Request{ID: "r", Address: "10.0.0.1"})
	audit.Note(ctx, audit.Event{Action: access.Learner, Verb: "read", Subjects: []string{"E1"}})
	require.NoError(t, a.service.Audit.Commit(ctx))

	as := func(v *access.Viewer) *api { return &api{Handler: actAs(a, v)} }
	const log = `{ auditLog(first: 1, filter: { employee: "E1", action: "LEARNER" }) { nodes { number account accountName token systemUser action verb subjects subjectCount outcome revision requestId address } pageInfo { hasNextPage } } }`
	require.JSONEq(t, `{ "auditLog": { "nodes": [{ "number": 1, "account": "a1", "accountName": "a1", "token": null, "systemUser": null, "action": "LEARNER", "verb": "read",
		"subjects": ["E1"], "subjectCount": 0, "outcome": "OK", "revision": null, "requestId": "r", "address": "10.0.0.1" }], "pageInfo": { "hasNextPage": false } } }`,
		string(as(auditor).execute(t, log, nil).Data))
	require.JSONEq(t, `{ "myAuditLog": { "nodes": [{ "action": "LEARNER", "verb": "read", "by": "a1" }] } }`,
		string(as(own).execute(t, `{ myAuditLog { nodes { action verb by } } }`, nil).Data))
	for _, viewer := range []*access.Viewer{hr, own} {
		got := as(viewer).execute(t, log, nil)
		require.Equal(t, []fault.Code{fault.PermissionDenied}, got.codes())
	}
	got := as(auditor).execute(t, `{ auditLog(filter: { action: "LOOK" }) { nodes { at } } }`, nil)
	require.Equal(t, []fault.Code{fault.InvalidArgument}, got.codes())
}
