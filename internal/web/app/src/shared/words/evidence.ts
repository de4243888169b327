import { defineMessages } from '@/shared/format/messages.ts'
import type { Kind } from '@/shared/record/kinds.ts'

// useKindNames has the kinds of evidence in words.
export const useKindNames = defineMessages<Record<Kind, string>>(
  {
    SUPERVISOR_RATING: "Supervisor's rating",
    EXAM: 'Exam',
    PRACTICE: 'Practice',
    COURSE_COMPLETION: 'Course completed',
    DEFENCE: 'Defence before examiners',
    CERTIFICATE: 'Certificate',
    PEER_RATING: "Peer's rating",
    SELF_ASSESSMENT: 'Self-assessment',
  },
  {
    SUPERVISOR_RATING: '上级评价',
    EXAM: '考试',
    PRACTICE: '练习',
    COURSE_COMPLETION: '课程完成',
    DEFENCE: '答辩',
    CERTIFICATE: '证书',
    PEER_RATING: '同事评价',
    SELF_ASSESSMENT: '自评',
  },
)
