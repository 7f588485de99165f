import TestKit
import Testing

@testable import Service

/// Whoever proposes does not approve: the database refuses it, whatever the program does.
@Suite struct ApprovalTests {
    /// A column that says who approved is in a CHECK that it is not whom another column of the row names.
    @Test func everyApproverIsHeldToBeSomebodyElse() throws {
        let base = try PreparedDatabase()
        let approvers = """
            SELECT string_agg(c.relname || '.' || a.attname, ' ' ORDER BY c.relname)
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT a.attisdropped
                AND a.attname ~ '^(approved_by|approuvee?_par|agent_2)$'
            """
        let unchecked = """
             AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'c'
                AND pg_get_constraintdef(k.oid) ~ ('\\m(' || a.attname || ' <> [a-z_0-9]+|[a-z_0-9]+ <> ' || a.attname || ')\\M'))
            """
        #expect(
            try base.test.value(approvers)
                == "control_list_entries.approuvee_par criteria.approuve_par proces_verbaux.agent_2 second_factor_resets.approved_by"
        )
        #expect(try base.test.value(approvers + unchecked) == nil)
    }
}
