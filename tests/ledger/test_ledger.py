"""The copied ledger is what Odoo would have written, and opens as usual."""


def test_it_is_made_once(ledger):
    assert ledger.figures["made"]
    assert ledger.figures["invoices"] > 900
    again = ledger("ledger:generate", customers=40, orm_invoices=12)
    assert not again["made"]
    assert again["rows"] == ledger.figures["rows"]


def test_it_has_three_companies_one_of_them_a_branch(ledger):
    rows = ledger.query("""
        SELECT c.parent_id IS NOT NULL, u.name, count(m.id) > 0
          FROM res_company c JOIN res_currency u ON u.id = c.currency_id
          LEFT JOIN account_move m ON m.company_id = c.id GROUP BY c.id, u.name
         ORDER BY c.id""")
    assert rows == [[False, "EUR", True], [True, "EUR", True], [False, "GBP", True]]


def test_odoo_computes_every_figure_again(ledger):
    assert ledger("ledger:verify", sample=200) == []


def test_odoo_writes_the_same_columns(ledger):
    assert ledger("ledger:twins", sample=6) == []


def test_documents_open_as_usual(ledger):
    assert ledger("ledger.check:open_documents", sample=20) > 30


def test_new_entries_go_on_with_the_numbers(ledger):
    rows = ledger.query("""
        SELECT journal_id, sequence_prefix FROM account_move
         WHERE sequence_number > 0 GROUP BY 1, 2, company_id IS NULL
        HAVING count(*) <> max(sequence_number) AND count(DISTINCT move_type) = 1""")
    assert rows == []


def test_a_false_figure_is_found(ledger):
    change = """
        UPDATE account_move_line SET amount_residual = amount_residual {} 1
         WHERE id = (SELECT max(id) FROM account_move_line
                      WHERE display_type = 'payment_term')"""
    ledger.query(change.format("+"))
    found = ledger("ledger:verify", sample=5)
    ledger.query(change.format("-"))
    assert "residual is not the balance less what was matched" in {
        row["check"] for row in found
    }
