import { defineMessages } from '@/shared/format/messages.ts'

export const modalities = ['VIDEO', 'DOCUMENT', 'COURSE', 'PRACTICE', 'SIMULATION', 'MENTORING'] as const
export type Modality = (typeof modalities)[number]

// useModalityNames has the forms of learning in words.
export const useModalityNames = defineMessages<Record<Modality, string>>(
  { VIDEO: 'Video', DOCUMENT: 'Document', COURSE: 'Course', PRACTICE: 'Practice', SIMULATION: 'Simulation', MENTORING: 'Mentoring' },
  { VIDEO: '视频', DOCUMENT: '文档', COURSE: '课程', PRACTICE: '实操', SIMULATION: '仿真', MENTORING: '带教' },
)
