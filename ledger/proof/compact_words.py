"""The words that proof files share, which the compact form is deflated with. Part of the format IPR1: never changed."""

from typing import Final

import msgspec

_WORDS: Final = """
37 CFR 1.55(e)
37 CFR 1.78(a)
37 CFR 1.78(a)(5)
37 CFR 1.78(b)
37 CFR 1.78(c)
EPC 1973 Art. 87(1)
EPC Art. 122, Rule 136(1)
EPC Art. 87(1)
EPC Rule 52(2), (3)
EPC Rule 53(1)
EPC Rule 53(3)
PCT Art. 11(3)
PCT Art. 8
PCT Art. 8(1), 11(3), Rules 26bis.1, 90bis.3, 90bis.6(a)
PCT Art. 8(1), Rule 4.10(a)
PCT Art. 8(2)(b)
PCT Rule 17.1(a)
PCT Rule 26bis.1(a)
PCT Rule 26bis.3
PCT Rule 49ter.2
PCT Rule 51bis.1(e)
PCT Rule 80.5
PCT Rules 26bis.3, 49ter.1, 49ter.2
PLT Art. 13(2), where the office applies it
Paris Convention Art. 4A(1)
Paris Convention Art. 4C(1), 4E
Paris Convention Art. 4C(4); EPC Art. 87(4)
Paris Convention Art. 4D(1)
Paris Convention Art. 4D(1); PLT Art. 13(1)
Paris Convention Art. 4D(3)
Paris Convention Art. 4F
Paris Convention Art. 4G
Paris Convention Art. 4G; PCT Art. 11(3)
application/json
exactFormNotKnown
utilityModel
design
trademark
plantVariety
divisional
confirmedWithRemarks
nationalPhase
lateRestorable
mismatch
undetermined
notEntitled
otherDate
notFound
curableUntil
furtherReasons
claimStatus
isCodeWithheld
linksReadBag
linkBag
prefix
limit
after
events
published
withdrawn
assumed
Saturday
Sunday
inTime
findings
claims
verification
claimedPriorityDate
priorityDate
US 63/000,001 is registered as US.patent.63000001, filed on 2025-01-02.
firstFiling
filingId
relatedFilingBag
receivingOfficeCode
"""
_ENTRIES: Final = """
{"entryCategory":"coverage","right":"patent","fromDate":"2000-01-01","untilDate":"2026-12-31"}
{"entryCategory":"closedDays","year":2026,"closedDayBag":[{"date":"2026-01-01","name":"New Year's Day"},
{"date":"2026-04-03","name":"Good Friday"},{"date":"2026-04-06","name":"Easter Monday"},{"date":"2026-12-25",
"name":"Christmas Day"}]}
{"entryCategory":"filing","right":"patent","applicationNumberText":"2026000001","filingDate":"2026-01-02",
"priorityClaimBag":[{"ipOfficeCode":"US","applicationNumberText":"63/000,001","filingDate":"2025-01-02",
"right":"patent"}],"relatedFilingBag":[]}
"""
_FILE: Final = """{"checkpoint":{"header":"","signatureBag":[{"ipOfficeCode":"US","signature":""}]},
"consistencyPathBag":[],"earlierHeader":"","earlierPathBag":[],"later":{},
"entryBag":[{"entry":"","height":1,"index":0,"ipOfficeCode":"US",
 "outcome":["accepted","","US.patent.2026000001",0,0],"pathBag":[]},
 {"outcome":["accepted","","US.coverage.patent",0,0]},{"outcome":["accepted","","US.closedDays.2026",0,0]}],
"factBag":[{"key":"fUSP2026000001","proof":"","value":""},{"key":"dUS2026","proof":"","value":""},
 {"key":"cUSP","proof":"","value":""}],
"format":"ipregister-proof","genesis":"","headerBag":[{"header":"","historyPathBag":[]}],"height":1,
"rulesEdition":1,"subject":{"answer":{"checks":[
 {"legalBasis":"Paris Convention Art. 4D(1), 4D(5)","name":"claimComplete","number":1,"result":"passed"},
 {"came":"United States of America, in the Paris Union since 1887-05-30, in the WTO since 1995-01-01",
 "legalBasis":"Paris Convention Art. 4A(1), 4A(2); TRIPS Art. 2(1)","name":"officeGivesPriority","number":2,
 "result":"passed"},
 {"came":"no number of the second filing","legalBasis":"Paris Convention Art. 4D(1); 37 CFR 1.55",
 "name":"claimMadeInTime","number":3,"result":"notApplicable"},
 {"came":"2026000001","legalBasis":"WIPO Standard ST.10/C","name":"numberForm","number":4,"result":"passed"},
 {"came":"no such filing, in a register declared complete for this date","expected":"2026000001",
 "fault":"curable","legalBasis":"Paris Convention Art. 4A(2), 4A(3)","name":"firstFilingExists","number":5,
 "reason":"DENIED","remedy":"correct the number, or the office (Paris Convention Art. 4D(1); 37 CFR 1.55)",
 "result":"failed"},
 {"legalBasis":"Paris Convention Art. 4C(2), 4D(1)","name":"dateEqual","number":6,"result":"notApplicable"},
 {"came":"patent, claimed by patent","legalBasis":"Paris Convention Art. 4C(1)","name":"rightsFit","number":7,
 "result":"passed"},
 {"came":"2026-05-07; US was closed on 2026-05-06 (Sunday, declared)","expected":"by 2026-05-07",
 "legalBasis":"Paris Convention Art. 4C(1) to (3)","name":"insidePeriod","number":8,"result":"passed"},
 {"legalBasis":"37 CFR 1.55(c)","name":"restoration","number":9,"result":"notApplicable"},
 {"came":"the first filing is not found here","legalBasis":"Paris Convention Art. 4C(2), 4C(4); EPC Art. 87(4)",
 "name":"firstApplication","number":10,"result":"examiner"},
 {"came":"nothing is known: the register holds no names",
 "expected":"the same applicants, or their successors in title",
 "legalBasis":"Paris Convention Art. 4A(1); EPC Art. 87(1); G 1/22","name":"applicantSame","number":11,
 "result":"examiner"},
 {"came":"no copy is recorded here","expected":"by 2026-09-07, or the next day the office is open",
 "legalBasis":"37 CFR 1.55(f)","name":"certifiedCopy","number":12,"result":"examiner"},
 {"came":"nothing is known","expected":"when asked for, or where a document lies between the dates",
 "legalBasis":"37 CFR 1.55(g)","name":"translation","number":13,"result":"examiner"},
 {"came":"nothing is known of the contents",
 "expected":"directly and unambiguously derivable from the first filing as a whole",
 "legalBasis":"Paris Convention Art. 4F, 4H; G 2/98, G 1/15","name":"sameInvention","number":14,
 "result":"examiner"},
 {"came":"the second filing's claim is not known here",
 "legalBasis":"PCT Rule 90bis.3; Paris Convention Art. 4A(3)","name":"claimStands","number":15,
 "result":"examiner"}]
,"factKeys":["fUSP2026000001","dUS2026"],"firstFiling":{"applicationNumberText":"2026000001",
 "filingDate":"2026-01-02","filingId":"US.patent.2026000001","height":1,"index":0,"ipOfficeCode":"US","right":"patent"},
"height":1,"outcome":"confirmed","period":{"calendar":"declared","calendarOffice":"US","closedDays":[
 {"basis":"declared","date":"2026-05-06","name":"Sunday"}],"dueDate":"2026-05-06","extendedByDays":1,
 "fromDate":"2025-05-06","lastDate":"2026-05-07","months":12,"restorableCalendar":"declared","restorableUntil":"2026-07-07"},
"reasons":["DENIED"],"remedy":"Correct the number, or the office (Paris Convention Art. 4D(1); 37 CFR 1.55).",
"searched":["US.patent.2026000001"],"summary":"US 2026000001 of 2025-05-06 gives priority until 2026-05-07.",
 "timeMs":1},
"kind":"priority","question":{"first":{"applicationNumberText":"2026000001","filingDate":"2025-05-06","ipOfficeCode":"US",
 "right":"patent"},"second":{"filingDate":"2026-05-07","ipOfficeCode":"US","right":"patent"}}},"version":1}"""

DICTIONARY: Final = (
    _WORDS.encode()
    + _ENTRIES.encode()
    + msgspec.msgpack.encode(msgspec.json.decode(_FILE), order="sorted")
)
"""What is likeliest comes last, as deflate wants it."""
