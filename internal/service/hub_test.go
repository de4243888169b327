package service

import (
	"context"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

func TestThereIsAnEndToSubscriptions(t *testing.T) {
	open := make(chan int, 10)
	h := hub{most: 2, count: func(n int) { open <- n }, boxes: map[string]map[chan LearnerUpdate]bool{}}
	ctx, leave := context.WithCancel(t.Context())
	for i, employee := range []string{"E1", "E2"} {
		_, err := h.listen(ctx, employee)
		require.NoError(t, err)
		require.Equal(t, i+1, <-open)
	}
	_, err := h.listen(t.Context(), "E3")
	require.Equal(t, fault.LimitExceeded, fault.CodeOf(err))
	leave()
	require.Equal(t, 1, <-open)
	require.Equal(t, 0, <-open)
	require.Empty(t, h.boxes, "nothing remains of them")
	_, err = h.listen(t.Context(), "E3")
	require.NoError(t, err)
	require.Equal(t, 1, <-open)

	box, err := h.listen(t.Context(), "E4")
	require.NoError(t, err)
	require.Equal(t, 2, <-open)
	own := slices.Collect(maps.Keys(h.boxes["E4"]))[0]
	h.deleted([]competency.Employee{{Code: "E4"}, {Code: "E5"}})
	_, more := <-box
	require.False(t, more)
	require.Equal(t, 1, <-open)
	again, err := h.listen(t.Context(), "E4") // there is one of the same code
	require.NoError(t, err)
	require.Equal(t, 2, <-open)
	h.forget("E4", own) // once its context ends
	require.Empty(t, open)
	h.tell("E4", []string{"A"})
	require.Len(t, again, 1)
}
