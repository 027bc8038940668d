"""Which fields QuickBooks Online knows, and what may stand in them.

One line per shape: `name` is a text, `:n` a number, `:b` a truth, `:i` a whole
number, `:d` a date, `:Shape` a nested object, `*` a list of them. Anything else is
refused (2010). The names are those of Intuit's Finance.xsd as far as its published
samples and a shop's documents use them; a test holds the table against the schema.
"""

from typing import Any, TypeAlias

Value: TypeAlias = Any  # whatever JSON can hold
Json: TypeAlias = dict[str, Value]

_REFERENCES = "value name type"
_ENTITY = "Id SyncToken MetaData:MetaData CustomField:CustomField* domain sparse:b "
_LIST = _ENTITY + "Active:b "
_DOCUMENT = (
    _ENTITY + "status DocNumber TxnDate:d DepartmentRef:Ref CurrencyRef:Ref "
    "ExchangeRate:n PrivateNote LinkedTxn:LinkedTxn* Line:Line* "
    "TxnTaxDetail:TxnTaxDetail TxnSource TransactionLocationType "
)
_SALE = (
    _DOCUMENT + "CustomerRef:Ref CustomerMemo:Memo BillAddr:Address ShipAddr:Address "
    "ShipFromAddr:Address ClassRef:Ref SalesTermRef:Ref DueDate:d PONumber "
    "ShipMethodRef:Ref ShipDate:d TrackingNum GlobalTaxCalculation TotalAmt:n "
    "HomeTotalAmt:n ApplyTaxAfterDiscount:b PrintStatus EmailStatus BillEmail:Email "
    "BillEmailCc:Email BillEmailBcc:Email Balance:n HomeBalance:n ProjectRef:Ref "
    "PaymentMethodRef:Ref PaymentRefNum DepositToAccountRef:Ref "
    "DeliveryInfo:DeliveryInfo FreeFormAddress:b AutoDocNumber:b "
)
_PERSON = (
    _LIST + "Title GivenName MiddleName FamilyName Suffix FullyQualifiedName "
    "CompanyName DisplayName PrintOnCheckName PrimaryPhone:Phone AlternatePhone:Phone "
    "Mobile:Phone Fax:Phone PrimaryEmailAddr:Email WebAddr:Web BillAddr:Address "
    "ShipAddr:Address Balance:n CurrencyRef:Ref AcctNum Source "
)
_NAMED = _LIST + "Name FullyQualifiedName ParentRef:Ref "

_TABLE = {
    "Ref": _REFERENCES,
    "MetaData": "CreateTime LastUpdatedTime",
    "CustomField": "DefinitionId Name Type StringValue",
    "LinkedTxn": "TxnId TxnType TxnLineId",
    "Memo": "value id",
    "Email": "Address",
    "Phone": "FreeFormNumber",
    "Web": "URI",
    "NameValue": "Name Value",
    "Address": (
        "Id Line1 Line2 Line3 Line4 Line5 City Country CountryCode "
        "CountrySubDivisionCode PostalCode Lat Long"
    ),
    "DeliveryInfo": "DeliveryType DeliveryTime",
    "Line": (
        "Id LineNum:i Description Amount:n LinkedTxn:LinkedTxn* DetailType "
        "SalesItemLineDetail:SalesItem DiscountLineDetail:Discount "
        "SubTotalLineDetail:SubTotal TaxLineDetail:TaxLine "
        "DepositLineDetail:DepositLine JournalEntryLineDetail:JournalLine "
        "ItemAdjustmentLineDetail:AdjustmentLine DescriptionLineDetail:DescriptionLine "
        "AccountBasedExpenseLineDetail:ExpenseLine "
        "ProjectRef:Ref CustomField:CustomField*"
    ),
    "SalesItem": (
        "ItemRef:Ref ClassRef:Ref UnitPrice:n RatePercent:n Qty:n ItemAccountRef:Ref "
        "TaxCodeRef:Ref TaxClassificationRef:Ref ServiceDate:d TaxInclusiveAmt:n "
        "DiscountRate:n DiscountAmt:n"
    ),
    "Discount": (
        "PercentBased:b DiscountPercent:n DiscountAccountRef:Ref ClassRef:Ref "
        "TaxCodeRef:Ref DiscountRef:Ref ServiceDate:d"
    ),
    "SubTotal": "ItemRef:Ref ServiceDate:d",
    "DescriptionLine": "ServiceDate:d TaxCodeRef:Ref",
    "TaxLine": (
        "TaxRateRef:Ref PercentBased:b TaxPercent:n NetAmountTaxable:n "
        "TaxInclusiveAmount:n OverrideDeltaAmount:n ServiceDate:d"
    ),
    "DepositLine": (
        "Entity:Ref ClassRef:Ref AccountRef:Ref PaymentMethodRef:Ref CheckNum TxnType"
    ),
    "CashBack": "AccountRef:Ref Amount:n Memo",
    "ExpenseLine": "AccountRef:Ref CustomerRef:Ref ClassRef:Ref TaxCodeRef:Ref",
    "JournalLine": (
        "PostingType Entity:JournalEntity AccountRef:Ref ClassRef:Ref "
        "DepartmentRef:Ref TaxCodeRef:Ref TaxAmount:n TaxApplicableOn"
    ),
    "JournalEntity": "Type EntityRef:Ref",
    "AdjustmentLine": "ItemRef:Ref SalesPrice:n QtyDiff:n NewQty:n ClassRef:Ref",
    "TxnTaxDetail": (
        "DefaultTaxCodeRef:Ref TxnTaxCodeRef:Ref TotalTax:n TaxReviewStatus "
        "TaxLine:Line* UseAutomatedSalesTax:b"
    ),
    "TaxRateList": "TaxRateDetail:TaxRateDetail*",
    "TaxRateDetail": "TaxTypeApplicable TaxRateRef:Ref TaxOrder:i",
    "AccountingPrefs": (
        "FirstMonthOfFiscalYear UseAccountNumbers:b TaxYearMonth ClassTrackingPerTxn:b "
        "ClassTrackingPerTxnLine:b TrackDepartments:b DepartmentTerminology "
        "BookCloseDate:d CustomerTerminology"
    ),
    "ProductPrefs": (
        "ForSales:b ForPurchase:b QuantityWithPriceAndRate:b QuantityOnHand:b"
    ),
    "SalesPrefs": (
        "AllowDeposit:b AllowDiscount:b AllowEstimates:b AllowServiceDate:b "
        "AllowShipping:b CustomTxnNumbers:b ETransactionEnabledStatus "
        "ETransactionAttachPDF:b ETransactionPaymentEnabled:b IPNSupportEnabled:b "
        "UsingPriceLevels:b UsingProgressInvoicing:b"
    ),
    "PurchasePrefs": "BillableExpenseTracking:b TrackingByCustomer:b",
    "TimePrefs": (
        "UseServices:b BillCustomers:b ShowBillRateToAll:b WorkWeekStartDate "
        "MarkTimeEntriesBillable:b"
    ),
    "TaxPrefs": "UsingSalesTax:b PartnerTaxEnabled:b TaxGroupCodeRef:Ref",
    "CurrencyPrefs": "MultiCurrencyEnabled:b HomeCurrency:Ref",
    "ReportPrefs": "ReportBasis CalcAgingReportFromTxnDate:b",
    "OtherPrefs": "NameValue:NameValue*",
    "CompanyInfo": _ENTITY
    + (
        "CompanyName LegalName CompanyAddr:Address LegalAddr:Address "
        "CustomerCommunicationAddr:Address PrimaryPhone:Phone Email:Email WebAddr:Web "
        "CompanyStartDate:d FiscalYearStartMonth Country SupportedLanguages EmployerId "
        "NameValue:NameValue*"
    ),
    "Preferences": _ENTITY
    + (
        "AccountingInfoPrefs:AccountingPrefs ProductAndServicesPrefs:ProductPrefs "
        "SalesFormsPrefs:SalesPrefs VendorAndPurchasesPrefs:PurchasePrefs "
        "TimeTrackingPrefs:TimePrefs TaxPrefs:TaxPrefs CurrencyPrefs:CurrencyPrefs "
        "ReportPrefs:ReportPrefs OtherPrefs:OtherPrefs"
    ),
    "Customer": _PERSON
    + (
        "Job:b BillWithParent:b ParentRef:Ref Level:i Taxable:b BalanceWithJobs:n "
        "Notes ResaleNum DefaultTaxCodeRef:Ref SalesTermRef:Ref PaymentMethodRef:Ref "
        "PreferredDeliveryMethod OpenBalanceDate:d PrimaryTaxIdentifier "
        "TaxExemptionReasonId IsProject:b CustomerTypeRef:Ref"
    ),
    "Vendor": _PERSON + "Vendor1099:b TaxIdentifier TermRef:Ref",
    "Employee": _PERSON + "PrimaryAddr:Address HiredDate:d EmployeeNumber",
    "Item": _NAMED
    + (
        "Description Sku SubItem:b Level:i Taxable:b SalesTaxIncluded:b "
        "UnitPrice:n Type IncomeAccountRef:Ref PurchaseDesc PurchaseTaxIncluded:b "
        "PurchaseCost:n "
        "ExpenseAccountRef:Ref AssetAccountRef:Ref PrefVendorRef:Ref TrackQtyOnHand:b "
        "QtyOnHand:n ReorderPoint:n SalesTaxCodeRef:Ref PurchaseTaxCodeRef:Ref "
        "InvStartDate:d TaxClassificationRef:Ref ClassRef:Ref Source"
    ),
    "Account": _NAMED
    + (
        "Description SubAccount:b Classification AccountType AccountSubType AcctNum "
        "CurrentBalance:n CurrentBalanceWithSubAccounts:n CurrencyRef:Ref "
        "TaxCodeRef:Ref"
    ),
    "Class": _NAMED + "SubClass:b",
    "Department": _NAMED + "SubDepartment:b",
    "TaxCode": _LIST
    + (
        "Name Description Hidden:b Taxable:b TaxGroup:b "
        "SalesTaxRateList:TaxRateList PurchaseTaxRateList:TaxRateList"
    ),
    "TaxRate": _LIST
    + ("Name Description RateValue:n AgencyRef:Ref SpecialTaxType DisplayType"),
    "TaxAgency": _ENTITY
    + ("DisplayName TaxTrackedOnSales:b TaxTrackedOnPurchases:b TaxRegistrationNumber"),
    "PaymentMethod": _LIST + "Name Type",
    "Term": _LIST
    + (
        "Name Type DueDays:i DiscountDays:i DiscountPercent:n DayOfMonthDue:i "
        "DueNextMonthDays:i"
    ),
    "CompanyCurrency": _LIST + "Code Name",
    "SalesReceipt": _SALE,
    "Invoice": _SALE
    + (
        "Deposit:n AllowOnlineACHPayment:b AllowOnlineCreditCardPayment:b "
        "AllowIPNPayment:b"
    ),
    "RefundReceipt": _SALE,
    "CreditMemo": _SALE + "RemainingCredit:n",
    "Payment": _DOCUMENT
    + (
        "CustomerRef:Ref DepositToAccountRef:Ref PaymentMethodRef:Ref PaymentRefNum "
        "TotalAmt:n UnappliedAmt:n ProcessPayment:b ARAccountRef:Ref"
    ),
    "Deposit": _DOCUMENT
    + "DepositToAccountRef:Ref CashBack:CashBack TotalAmt:n HomeTotalAmt:n",
    "Transfer": _DOCUMENT + "FromAccountRef:Ref ToAccountRef:Ref Amount:n",
    "Purchase": _DOCUMENT
    + (
        "AccountRef:Ref PaymentType PaymentMethodRef:Ref EntityRef:Ref Credit:b "
        "TotalAmt:n PrintStatus GlobalTaxCalculation"
    ),
    "JournalEntry": _DOCUMENT + "Adjustment:b TotalAmt:n HomeTotalAmt:n",
    "InventoryAdjustment": _DOCUMENT + "AdjustAccountRef:Ref CustomerRef:Ref",
}


def _parsed(line: str) -> dict[str, str]:
    pairs = (word.partition(":") for word in line.split())
    return {name: kind or "s" for name, _, kind in pairs}


SHAPES: dict[str, dict[str, str]] = {
    name: _parsed(line) for name, line in _TABLE.items()
}

CHOICES: dict[str, frozenset[str]] = {
    "GlobalTaxCalculation": frozenset({"TaxInclusive", "TaxExcluded", "NotApplicable"}),
    "PrintStatus": frozenset({"NotSet", "NeedToPrint", "PrintComplete"}),
    "EmailStatus": frozenset({"NotSet", "NeedToSend", "EmailSent"}),
    "PostingType": frozenset({"Debit", "Credit"}),
    "PaymentType": frozenset({"Cash", "Check", "CreditCard"}),
    "DetailType": frozenset(
        {
            "SalesItemLineDetail",
            "DiscountLineDetail",
            "SubTotalLineDetail",
            "TaxLineDetail",
            "DepositLineDetail",
            "JournalEntryLineDetail",
            "ItemAdjustmentLineDetail",
            "DescriptionOnly",
            "AccountBasedExpenseLineDetail",
        }
    ),
}

# The longest texts, by entity; documents also have 4000 characters of note.
_NAMES_OF_PEOPLE = {
    "DisplayName": 500,
    "GivenName": 100,
    "MiddleName": 100,
    "FamilyName": 100,
    "Title": 16,
    "Suffix": 16,
    "CompanyName": 100,
    "PrintOnCheckName": 100,
}
_NUMBER_AND_NOTE = {"DocNumber": 21, "PrivateNote": 4000}
LONGEST: dict[str, dict[str, int]] = {
    "Customer": _NAMES_OF_PEOPLE,
    "Vendor": {**_NAMES_OF_PEOPLE, "AcctNum": 100},
    "Employee": _NAMES_OF_PEOPLE,
    "Item": {"Name": 100, "Sku": 100, "Description": 4000, "PurchaseDesc": 1000},
    "Account": {"Name": 100, "Description": 100},
    "Class": {"Name": 100},
    "Department": {"Name": 100},
    "PaymentMethod": {"Name": 31},
    "Term": {"Name": 31},
    "TaxCode": {"Name": 100, "Description": 100},
    "CompanyInfo": {"CompanyName": 1024, "LegalName": 1024},
    "SalesReceipt": {**_NUMBER_AND_NOTE, "PaymentRefNum": 21},
    "RefundReceipt": {**_NUMBER_AND_NOTE, "PaymentRefNum": 100},
    "Invoice": _NUMBER_AND_NOTE,
    "CreditMemo": _NUMBER_AND_NOTE,
    "Payment": {"PrivateNote": 4000},
    "Deposit": {"PrivateNote": 4000},
    "JournalEntry": _NUMBER_AND_NOTE,
    "InventoryAdjustment": _NUMBER_AND_NOTE,
}
