package catalog

import (
	"context"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/optional"
	"github.com/zhitu/zhitu/internal/page"
)

// Resource is a resource of one snapshot.
type Resource struct {
	snapshot *Snapshot
	index    int32
}

// ResourceFilter selects resources; all that is given must hold.
type ResourceFilter struct {
	Text, Language *string
	Modality       *competency.Modality
}

// Resource returns the resource with a code.
func (c *Catalog) Resource(ctx context.Context, code string) (*Resource, error) {
	s, err := c.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	return s.FindResource(code)
}

// Resources returns a page of the resources, by code.
func (c *Catalog) Resources(ctx context.Context, first int, after *string, f *ResourceFilter) (none ResourceConnection, err error) {
	s, r, err := c.pageRequest(ctx, first, after)
	if err != nil {
		return none, err
	}
	if f == nil {
		f = &ResourceFilter{}
	}
	records, index, matchesText := s.graph.Catalog().Resources, s.searchIndex(), textMatcher(f.Text)
	return page.Select(records, r, func(r *competency.Resource) string { return r.Code },
		func(i int) bool {
			return equals(f.Language, records[i].Language) && equals(f.Modality, records[i].Modality) && matchesText(index.resources[i])
		},
		func(i int) Resource { return s.Resource(int32(i)) }, Resource.Code), nil
}

func (r Resource) record() *competency.Resource {
	return &r.snapshot.graph.Catalog().Resources[r.index]
}

// ID returns the global id.
func (r Resource) ID() string { return page.GlobalID("Resource", r.Code()) }

// Code returns the business key.
func (r Resource) Code() string { return r.record().Code }

// Title returns the title.
func (r Resource) Title() string { return r.record().Title }

// URL returns where it is, nil where that is unknown or no link that people may follow.
func (r Resource) URL() *string {
	if link := r.record().URL; r.snapshot.linkSchemes.Allow(link) {
		return &link
	}
	return nil
}

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
func (r Resource) Language() *string { return optional.Of(r.record().Language) }

// Teaches returns the points that it teaches.
func (r Resource) Teaches() []KnowledgePoint {
	points := make([]KnowledgePoint, 0, len(r.record().Teaches))
	for _, code := range r.record().Teaches {
		n, _ := r.snapshot.graph.Find(code)
		points = append(points, r.snapshot.Point(n))
	}
	return points
}
