package service

import (
	"context"
	"encoding/base64"
	"errors"
	"strings"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// Node is anything with an id.
type Node interface{ isNode() }

// Learnable is a knowledge point or a competency: what edges and requirements
// may name.
type Learnable interface{ isLearnable() }

func (Position) isNode()            {}
func (Competency) isNode()          {}
func (KnowledgePoint) isNode()      {}
func (Resource) isNode()            {}
func (Employee) isNode()            {}
func (OrgUnit) isNode()             {}
func (Competency) isLearnable()     {}
func (KnowledgePoint) isLearnable() {}

// An id is opaque to clients: the type and the code.
func globalID(typeName, code string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(typeName + ":" + code))
}

// Node returns what has an id, nil where nothing has.
func (s *Service) Node(ctx context.Context, id string) (Node, error) {
	raw, err := base64.RawURLEncoding.DecodeString(id)
	typeName, code, ok := strings.Cut(string(raw), ":")
	if err != nil || !ok {
		return nil, fault.New(fault.InvalidArgument, "%q is not an id of this API", "%q 不是本接口的 id", brief(id))
	}
	node, err := s.nodeOf(ctx, typeName, code)
	var unknown *fault.Error
	if errors.As(err, &unknown) && unknown.Code == fault.NotFound {
		return nil, nil // by Relay's convention
	}
	return node, err
}

func (s *Service) nodeOf(ctx context.Context, typeName, code string) (Node, error) {
	switch typeName {
	case "Position":
		return asNode(s.Position(ctx, code))
	case "Competency":
		return asNode(s.Competency(ctx, code))
	case "KnowledgePoint":
		return asNode(s.KnowledgePoint(ctx, code))
	case "Resource":
		return asNode(s.Resource(ctx, code))
	case "Employee":
		return asNode(s.Employee(ctx, code))
	case "OrgUnit":
		return asNode(s.OrgUnit(ctx, code))
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

// nameIn chooses between a name and an English name, where there is one.
func nameIn(lang fault.Lang, name, english string) string {
	if lang == fault.English && english != "" {
		return english
	}
	return name
}

// optional returns a pointer to a value, nil for the zero value.
func optional[T comparable](v T) *T {
	var none T
	if v == none {
		return nil
	}
	return &v
}

// learnable looks a code up as it was typed: in any normal form.
func (e *edition) learnable(code string) (Learnable, bool) {
	n, ok := e.graph.Find(competency.Code(code))
	if !ok {
		return nil, false
	}
	return e.view(n), true
}
