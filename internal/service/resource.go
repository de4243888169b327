package service

import (
	"context"

	"github.com/zhitu/zhitu/internal/competency"
)

// Resource is a resource of one edition.
type Resource struct {
	e  *edition
	at int32
}

// ResourceFilter selects resources; all that is given must hold.
type ResourceFilter struct {
	Text, Language *string
	Modality       *competency.Modality
}

// Resource returns the resource with a code.
func (s *Service) Resource(ctx context.Context, code string) (*Resource, error) {
	e, err := s.edition(ctx)
	if err != nil {
		return nil, err
	}
	at, ok := e.graph.FindResource(competency.Code(code))
	if !ok {
		return nil, notFound("resource", "学习资源", code)
	}
	return &Resource{e, at}, nil
}

// Resources returns a page of the resources, by code.
func (s *Service) Resources(ctx context.Context, first int, after *string, f *ResourceFilter) (none Page[Resource], err error) {
	e, p, err := s.list(ctx, first, after)
	if err != nil {
		return none, err
	}
	if f == nil {
		f = &ResourceFilter{}
	}
	records, index, matches := e.graph.Catalog().Resources, e.index(), matcher(f.Text)
	return paginate(records, p, func(r *competency.Resource) string { return r.Code },
		func(i int) bool {
			return is(f.Language, records[i].Language) && is(f.Modality, records[i].Modality) && matches(index.resources[i])
		},
		func(i int) Resource { return Resource{e, int32(i)} }, Resource.Code), nil
}

func (r Resource) record() *competency.Resource { return &r.e.graph.Catalog().Resources[r.at] }

// ID returns the global id.
func (r Resource) ID() string { return globalID("Resource", r.Code()) }

// Code returns the business key.
func (r Resource) Code() string { return r.record().Code }

// Title returns the title.
func (r Resource) Title() string { return r.record().Title }

// URL returns where it is.
func (r Resource) URL() *string { return optional(r.record().URL) }

// Modality returns its form, nil where unknown.
func (r Resource) Modality() *competency.Modality {
	if m := r.record().Modality; m != "" {
		return &m
	}
	return nil
}

// Minutes returns the minutes that it takes, nil where unknown.
func (r Resource) Minutes() *int { return r.record().Minutes }

// Language returns its language tag.
func (r Resource) Language() *string { return optional(r.record().Language) }

// Teaches returns the points that it teaches.
func (r Resource) Teaches() []KnowledgePoint {
	points := make([]KnowledgePoint, 0, len(r.record().Teaches))
	for _, code := range r.record().Teaches {
		n, _ := r.e.graph.Find(code)
		points = append(points, KnowledgePoint{r.e, n})
	}
	return points
}
