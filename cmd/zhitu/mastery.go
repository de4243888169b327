package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/zhitu/zhitu/internal/answerlog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/exchange"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/mastery"
	"github.com/zhitu/zhitu/internal/mastery/predict"
)

func (a *app) masteryCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "mastery",
		Short: "Measure the model of mastery, and teach it how difficult items are",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	evaluate := &cobra.Command{
		Use:   "evaluate FILE.tsv",
		Short: "Predict each answer of a log before it is seen, and tell how well",
		Long: `Predict each answer of a log before it is seen, and tell how well.

The log is separated by tabs, commas or semicolons, and may be compressed by
gzip. It has the columns user_id, item_id, correct (1 or 0, true or false, or a
share, of which 0.5 and more counts as right), skill_id (one id or several joined
by ~~ or ;) and, where there are times, timestamp in any unit; others are left
out of account.
Answers are taken by their timestamp, and of the same timestamp as they stand.
The model starts knowing nothing of the people, items and skills of the log, and
learns from every answer after it has predicted it.`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return a.evaluate(args[0]) },
	}
	evaluate.Flags().String("train", "", "learn items, skills and weights from this log first; its people are forgotten")
	evaluate.Flags().Bool("interpretable", false, "use the model that only adds levels, without the regression on them")
	evaluate.Flags().String("predictions", "", "write the prediction of each answer to this file")
	evaluate.Flags().Bool("json", false, "print the figures for programs")
	fit := &cobra.Command{
		Use:   "fit LOG.tsv FILE.json",
		Short: "Learn from a log of answers how difficult items are, for --mastery-parameters",
		Long: `Learn from a log of answers how difficult items are, for --mastery-parameters.

The log is as for zhitu mastery evaluate. The file says for each item which share
of average people fail it on an average point, from 0.01 to 0.99.`,
		Args: cobra.ExactArgs(2),
		RunE: func(_ *cobra.Command, args []string) error { return a.fit(args[0], args[1]) },
	}
	fit.Flags().Bool("json", false, "print the result for programs")
	cmd.AddCommand(evaluate, fit)
	return cmd
}

// parametersFlag lets a command that folds evidence know how difficult items are.
func parametersFlag(cmd *cobra.Command) {
	cmd.Flags().String("mastery-parameters", "", "file of zhitu mastery fit that says how difficult items are")
}

// parameters reads what is known of items, which is nothing unless a file is given.
func (a *app) parameters() (mastery.Parameters, error) {
	if a.cfg.MasteryParameters == "" {
		return mastery.Parameters{}, nil
	}
	model, problems, err := answerlog.ReadParameters(a.cfg.MasteryParameters)
	if err == nil && len(problems) > 0 {
		err = a.rejectFile(problems, fault.T("%d problems; nothing was done", "共 %d 个问题；未作任何操作", len(problems)))
	}
	return model, err
}

func (a *app) fit(path, file string) error {
	log, _, problems, err := answerlog.Read(path)
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		return a.rejectFile(problems, fault.T("%d problems; nothing was learned", "共 %d 个问题；未作学习", len(problems)))
	}
	for i := range log {
		log[i].Item = competency.NormalizeCode(log[i].Item) // as evidence names it
	}
	model := predict.NewPredictor()
	predict.Replay(log, model)
	learned := model.Parameters()
	if err := answerlog.WriteParameters(file, learned); err != nil {
		return err
	}
	items := len(learned.Difficulties)
	if a.cfg.JSON {
		return a.printJSON(map[string]any{"ok": true, "items": items, "answers": len(log)})
	}
	a.println("the difficulties of %d items, learned from %d answers, are in %s", "%d 道题目的难度（由 %d 次作答得出）已写入 %s", items, len(log), file)
	return nil
}

// figures are what an evaluation prints for programs. AUC is null where all
// answers are right or all are wrong.
type figures struct {
	AUC     *float64 `json:"auc"`
	LogLoss float64  `json:"logLoss"`
	N       int      `json:"n"`
}

func (a *app) evaluate(path string) error {
	var model predict.Model = predict.NewPredictor()
	if a.cfg.Interpretable {
		model = predict.NewElo()
	}
	var problems []exchange.LocatedProblem
	read := func(path string) (log []predict.Answer, rows []int, err error) {
		log, rows, found, err := answerlog.Read(path)
		problems = append(problems, found...)
		return log, rows, err
	}
	log, rows, err := read(path)
	if err != nil {
		return err
	}
	if a.cfg.Train != "" {
		train, _, err := read(a.cfg.Train)
		if err != nil {
			return err
		}
		predict.Replay(train, model)
		model.ForgetLearners()
	}
	if len(problems) > 0 {
		return a.rejectFile(problems, fault.T("%d problems; nothing was evaluated", "共 %d 个问题；未作评估", len(problems)))
	}
	predicted := predict.Replay(log, model)
	if a.cfg.Predictions != "" {
		if err := writePredictions(a.cfg.Predictions, log, rows, predicted); err != nil {
			return err
		}
	}
	f := figures{LogLoss: predict.LogLoss(log, predicted), N: len(log)}
	auc, ok := predict.AUC(log, predicted)
	if ok {
		f.AUC = &auc
	}
	switch {
	case a.cfg.JSON:
		return a.printJSON(f)
	case ok:
		fmt.Fprintf(a.out, "AUC       %.4f\n", auc)
	default:
		a.println("AUC       undefined: all answers are right, or all are wrong", "AUC       无定义：所有作答全对或全错")
	}
	fmt.Fprintf(a.out, "log-loss  %.4f\nn         %d\n", f.LogLoss, f.N)
	return nil
}

// rejectFile shows the problems of files, and what they have come to.
func (a *app) rejectFile(problems []exchange.LocatedProblem, summary fault.Text) error {
	if a.cfg.JSON {
		_ = a.printJSON(map[string]any{"problems": a.problemEntries(problems)})
	} else {
		if err := exchange.PrintProblems(a.err, a.lang(), problems); err != nil {
			return err
		}
		fmt.Fprintln(a.err, summary.In(a.lang()))
	}
	return reportedError{errors.New(summary.EN)}
}

// writePredictions writes what was predicted, in the order of the log.
func writePredictions(path string, log []predict.Answer, rows []int, predicted []float64) (err error) {
	file, err := os.Create(path)
	if err != nil {
		return fault.Wrap(err, fault.InvalidArgument, "%s cannot be written: check the path and its permissions",
			"无法写入 %s：请检查路径和权限", path)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	out := bufio.NewWriter(file)
	_, _ = io.WriteString(out, "row\tuser_id\titem_id\tcorrect\tpredicted\n")
	for i, answer := range log {
		correct := 0
		if answer.Correct {
			correct = 1
		}
		fmt.Fprintf(out, "%d\t%s\t%s\t%d\t%g\n", rows[i], answer.Learner, answer.Item, correct, predicted[i])
	}
	return out.Flush()
}
