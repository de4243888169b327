// splitDue parts what is overdue from what is due later. Both keep their order.
export function splitDue<Review extends { due: string }>(due: readonly Review[], now: Date): [overdue: Review[], later: Review[]] {
  const isOverdue = (review: Review) => new Date(review.due) < now
  return [due.filter(isOverdue), due.filter((review) => !isOverdue(review))]
}
