package service

import (
	"context"
	"errors"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/page"
)

// Node is anything with a global id, as Relay has it.
type Node interface{ ID() string }

// Node returns what has an id, nil where nothing has.
func (s *Service) Node(ctx context.Context, id string) (Node, error) {
	typeName, code, ok := page.ParseGlobalID(id)
	if !ok {
		return nil, fault.New(fault.InvalidArgument, "%s is not an id of this API", "%s 不是本接口的 id", competency.Quote(id))
	}
	node, err := s.findNode(ctx, typeName, code)
	var unknown *fault.Error
	if errors.As(err, &unknown) && unknown.Code == fault.NotFound {
		return nil, nil // by Relay's convention
	}
	return node, err
}

func (s *Service) findNode(ctx context.Context, typeName, code string) (Node, error) {
	switch typeName {
	case "Position":
		return asNode(s.Catalog.Position(ctx, code))
	case "Competency":
		return asNode(s.Catalog.Competency(ctx, code))
	case "KnowledgePoint":
		return asNode(s.Catalog.KnowledgePoint(ctx, code))
	case "Resource":
		return asNode(s.Catalog.Resource(ctx, code))
	case "Employee":
		return asNode(s.People.Employee(ctx, code))
	case "OrgUnit":
		return asNode(s.People.OrgUnit(ctx, code))
	default:
		return nil, fault.New(fault.InvalidArgument, "the id is not one of this API", "该 id 不属于本接口")
	}
}

// asNode keeps a nil pointer from becoming a Node that is not nil.
func asNode[T Node](v *T, err error) (Node, error) {
	if v == nil || err != nil {
		return nil, err
	}
	return *v, nil
}
