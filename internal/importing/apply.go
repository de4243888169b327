package importing

import (
	"context"
	"errors"
	"time"

	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/governance"
	"github.com/zhitu/zhitu/internal/service"
)

// Apply applies the plan of an own import in the background. Where the instance that applied it
// is gone, it may be applied again: what is written is not written twice.
func (i *Imports) Apply(ctx context.Context, in ApplyInput) (JobPayload, error) {
	v, err := importer(ctx)
	if err != nil {
		return JobPayload{}, err
	}
	r, job, err := i.begin(ctx, func() (*governance.ImportJob, error) {
		return i.service.Jobs.Update(ctx, v.Account, in.Number, func(job *governance.ImportJob) error {
			if err := mayApply(job, in.ConfirmDeletions); err != nil {
				return err
			}
			job.State, job.Failure, job.EndedAt = governance.ImportApplying, nil, time.Time{}
			return nil
		})
	})
	if err != nil {
		return refusedNumber(ctx, err)
	}
	note(ctx, "apply", in.Number)
	i.work(ctx, r, governance.ImportApplying, func(ctx context.Context, r *run) (result, error) {
		return i.apply(ctx, r, job, in.ConfirmDeletions)
	}, func() {})
	return JobPayload{Job: i.view(job), UserErrors: []service.UserError{}}, nil
}

// mayApply refuses to apply what is no plan, or one that has not been confirmed.
func mayApply(job *governance.ImportJob, confirmed bool) error {
	problem := func(field string, code fault.Code, text fault.Text) error {
		return fault.FromProblems([]fault.Problem{{Place: fault.Place{Field: field}, Code: code, Text: text}})
	}
	switch {
	case job.State == governance.ImportRefused:
		return problem("number", fault.Conflict, fault.T("the files have problems: correct them and import them again", "文件存在问题：请更正后重新导入"))
	case job.State != governance.ImportPlanned && job.State != governance.ImportFailed || !job.Plan.Exists() || job.Problems.Count > 0:
		return problem("number", fault.Conflict, fault.T("there is no plan to apply: import the files", "没有可应用的计划：请先导入文件"))
	case job.NeedsConfirmation && !confirmed:
		return problem("confirmDeletions", fault.InvalidArgument, fault.T("the plan deletes many records: look at them, and confirm their deletion", "该计划会删除大量记录：请查看后确认删除"))
	}
	return nil
}

// maxMoved is how many records are told that have changed since a plan was made.
const maxMoved = 100

// apply applies a plan. Where records have moved, it keeps the plan as it would be now.
func (i *Imports) apply(ctx context.Context, r *run, job *governance.ImportJob, confirmed bool) (result, error) {
	data, err := i.load(ctx, job, governance.PartPlan, job.Plan)
	if err != nil {
		return nil, err
	}
	plan, err := governance.ReadPlan(data)
	if err != nil {
		return nil, err
	}
	if err := i.step(ctx, r); err != nil {
		return nil, err
	}
	r.report(governance.StageApplying, 0, len(plan.Changes))
	done, err := i.service.ApplyPlan(ctx, plan, service.ApplyOptions{Confirmed: confirmed})
	if done != nil && done.Renewed != nil {
		return i.renew(ctx, r, job, done)
	}
	if err != nil {
		return nil, err
	}
	return func(job *governance.ImportJob) {
		job.State, job.Revision, job.Moved = governance.ImportApplied, int(done.Revision), nil
	}, nil
}

// renew keeps what has moved, and the plan as it would be now.
func (i *Imports) renew(ctx context.Context, r *run, job *governance.ImportJob, done *service.Applied) (result, error) {
	content := *job
	content.Round++
	if err := i.keep(ctx, r, &content, done.Renewed); err != nil {
		return nil, err
	}
	var moved []governance.MovedRecord
	for _, m := range done.Moved[:min(maxMoved, len(done.Moved))] {
		fields := []governance.MovedField{}
		for _, f := range m.Fields {
			fields = append(fields, governance.MovedField{Field: f.Field, Planned: valueText(f.Planned), Now: valueText(f.Now)})
		}
		moved = append(moved, governance.MovedRecord{Table: m.Table, Key: m.Key, Fields: fields})
	}
	if err := i.service.Jobs.DropContent(ctx, new(*job)); err != nil {
		return nil, err
	}
	return func(job *governance.ImportJob) {
		job.TakeContent(&content)
		job.State, job.Moved = governance.ImportPlanned, moved
	}, nil
}

// Cancel ends an own import, or drops what it has come to.
func (i *Imports) Cancel(ctx context.Context, in CancelInput) (JobPayload, error) {
	v, err := importer(ctx)
	if err != nil {
		return JobPayload{}, err
	}
	var dropped governance.ImportJob
	job, err := i.service.Jobs.Update(ctx, v.Account, in.Number, func(job *governance.ImportJob) error {
		switch job.State {
		case governance.ImportApplying, governance.ImportApplied:
			return fault.FromProblems([]fault.Problem{{
				Place: fault.Place{Field: "number"}, Code: fault.Conflict,
				Text: fault.T("the plan is applied, or about to be: it cannot be cancelled any more", "计划已应用或正在应用：不能再取消"),
			}})
		case governance.ImportCancelled, governance.ImportExpired:
			return nil
		}
		dropped = *job
		job.ForgetContent()
		job.State = governance.ImportCancelled
		return nil
	})
	if err != nil {
		return refusedNumber(ctx, err)
	}
	i.mu.Lock()
	r := i.jobs[jobKey{v.Account, in.Number}]
	i.mu.Unlock()
	if r != nil {
		r.cancel(errCancelled)
	}
	if dropped.Number != 0 {
		note(ctx, "cancel", in.Number)
		if err := i.service.Jobs.DropContent(ctx, &dropped); err != nil {
			return JobPayload{}, err
		}
	}
	return JobPayload{Job: i.view(job), UserErrors: []service.UserError{}}, nil
}

// refusedNumber is refused, where NOT_FOUND is a problem of the number.
func refusedNumber(ctx context.Context, err error) (JobPayload, error) {
	var known *fault.Error
	if errors.As(err, &known) && known.Code == fault.NotFound && len(known.Problems) == 0 {
		err = fault.FromProblems([]fault.Problem{{Place: fault.Place{Field: "number"}, Code: fault.NotFound, Text: known.Text}})
	}
	return refused(ctx, err)
}
