import { defineMessages } from '@/shared/format/messages.ts'

export const useGroupTexts = defineMessages(
  {
    myLine: 'Who reports to me',
    line: (code: string) => `Who reports to ${code}`,
    holders: (code: string) => `Who holds ${code}`,
    people: 'People',
    units: 'Departments',
  },
  {
    myLine: '我的下属',
    line: (code: string) => `${code} 的下属`,
    holders: (code: string) => `${code} 的在岗人员`,
    people: '人员',
    units: '部门',
  },
)
