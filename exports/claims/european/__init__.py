"""The FSE's workbook: its lines, its plan of expenses and resources."""
