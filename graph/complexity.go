package graph

import (
	"time"

	"github.com/zhitu/zhitu/internal/analysis"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/page"
	"github.com/zhitu/zhitu/internal/people"

	"github.com/zhitu/zhitu/graph/generated"
)

// How many items the lists without a first argument are reckoned to have. They
// are typical sizes and not bounds: the purpose is to refuse the product of many
// nested lists.
const (
	few  = 5  // links of one entity
	some = 25 // the contents of one entity
	many = 50 // gaps and steps
)

// The work that a question about a person takes before any field is read.
const aboutPerson = 100

// setComplexity teaches gqlgen's complexity walk the size of our lists.
func setComplexity(c *generated.ComplexityRoot) {
	list := func(n int) func(int) int { return func(child int) int { return listCost(n, child) } }

	c.Query.Positions = func(child, first int, _ *string, _ *catalog.PositionFilter) int { return pageCost(child, first) }
	c.Query.Competencies = func(child, first int, _ *string, _ *catalog.CompetencyFilter) int { return pageCost(child, first) }
	c.Query.KnowledgePoints = func(child, first int, _ *string, _ *catalog.KnowledgePointFilter) int { return pageCost(child, first) }
	c.Query.Resources = func(child, first int, _ *string, _ *catalog.ResourceFilter) int { return pageCost(child, first) }
	c.Query.Employees = func(child, first int, _ *string, _ *people.EmployeeFilter) int {
		return aboutPerson + pageCost(child, first)
	}
	c.Query.OrgUnits = func(child, first int, _ *string) int { return aboutPerson + pageCost(child, first) }
	c.Query.Employee = func(child int, _ string) int { return aboutPerson + child }
	c.Query.GapAnalysis = func(child int, _, _ string, _ *time.Time, _ []string) int { return aboutPerson + child }
	c.Query.LearningPath = func(child int, _, _ string, _ *analysis.PathOptions) int { return aboutPerson + child }
	c.Query.NextSteps = func(child int, _, _ string, first int, _ *analysis.PathOptions) int {
		return aboutPerson + pageCost(child, first)
	}
	c.Query.SetAside = func(child, first int, _ *string) int { return aboutPerson + pageCost(child, first) }
	c.Subscription.LearnerUpdated = func(child int, _ string) int { return aboutPerson + child }

	c.Position.Requirements = list(some)
	c.Position.RequiredPoints = list(many)
	c.Competency.Children = list(few)
	c.Competency.KnowledgePoints = func(child int, recursive bool) int {
		if recursive {
			return list(many)(child)
		}
		return list(some)(child)
	}
	c.Competency.Prerequisites = list(few)
	c.Competency.Dependents = list(few)
	c.Competency.RequiredBy = list(few)
	c.KnowledgePoint.Prerequisites = func(child int, _ bool) int { return list(few)(child) }
	c.KnowledgePoint.Dependents = list(few)
	c.KnowledgePoint.Related = list(few)
	c.KnowledgePoint.Resources = list(few)
	c.KnowledgePoint.RequiredBy = list(few)
	c.Resource.Teaches = list(few)
	c.Employee.Manager = func(child int) int { return aboutPerson + child }
	c.Employee.States = list(many)
	c.Employee.Targets = list(few)
	c.Query.PlacementNext = func(child int, _, _ string, _ *analysis.PlacementOptions) int { return 20*aboutPerson + child }
	c.PlacementPayload.Placement = func(child int) int { return 20*aboutPerson + child }
	c.Query.Insight = func(child int, _ *analysis.InsightFilter) int { return 500*aboutPerson + child }
	c.Insight.Points = func(child, first int) int { return pageCost(child, first) }
	c.Insight.SuspectPrerequisites = func(child, first, _ int) int { return pageCost(child, first) }
	c.SuspectPrerequisite.Prerequisites = list(1)
	c.Placement.Conclusions = func(child int, _ bool) int { return list(many)(child) }
	c.GapAnalysis.Inferred = func(child int) int { return 20*aboutPerson + list(many)(child) }
	c.MasteryState.Effects = func(child, first int) int { return aboutPerson + pageCost(child, first) }
	c.Employee.Evidence = func(child, first int, _, _ *string) int { return aboutPerson + pageCost(child, first) }
	c.Evidence.KnowledgePoints = list(few)
	c.EvidencePayload.Results = list(some)
	c.EvidencePayload.Learners = list(some)
	c.LearnerUpdate.Employee = func(child int) int { return aboutPerson + child }
	c.LearnerUpdate.States = list(few)
	c.LearnerUpdate.Unassessed = list(few)
	c.LearnerUpdate.NextSteps = func(child int, _ string, first int, _ *analysis.PathOptions) int {
		return aboutPerson + pageCost(child, first)
	}
	c.GapAnalysis.Gaps = func(child int, _ bool) int { return list(many)(child) }
	c.GapAnalysis.Foundations = list(many)
	c.GapAnalysis.Competencies = list(some)
	c.FoundationGap.NeededFor = list(few)
	c.LearningPath.Steps = func(child int, first *int) int {
		if first != nil {
			return pageCost(child, *first)
		}
		return list(many)(child)
	}
	c.LearningPath.Unreached = list(many)
	c.LearningPath.Choices = list(few)
	c.LearningPath.Routes = func(child, first int) int { return 50*aboutPerson + pageCost(child, first) }
	c.PathChoice.Others = list(few)
	c.Detour.Adds = list(few)
	c.Detour.Spares = list(few)
	c.LearningPath.WhatIf = func(child int, _ *string, _ *analysis.PathOptions) int { return aboutPerson + child }
	c.LearningPath.Quality = func(child int, _ *int) int { return 100*aboutPerson + child }
	c.LearningStep.WaitsFor = list(few)
	c.LearningStep.Reasons = list(1)
	c.Reason.Chain = list(few)
}

// pageCost is the complexity of a list whose length is asked for. A length out of
// range is refused later, with a better message.
func pageCost(child, first int) int {
	return listCost(min(max(first, 1), page.MaxSize), child)
}

// listCost stops growing above the limit, because a product that overflows would
// be a small number again.
func listCost(n, child int) int { return 1 + n*min(child, maxComplexity) }
