"""Questions that the benches ask: ordinary ones that guidance answers, in carers' voices."""

QUESTIONS = (
    "how much is carers allowance and who can get it",
    "how do i ask for a carers assessment",
    "can i get a blue badge for my husband who has dementia",
    "what is attendance allowance",
    "my mum is coming out of hospital on friday, who helps us at home",
    "can i take time off work to look after my dad",
    "what is a lasting power of attorney",
    "how do i get a break from caring for my son",
    "is there help with my gas and electric bills",
    "do i pay less council tax if i look after my mother",
    "what happens to carers allowance if i get my state pension",
    "i am 14 and i look after my mum, what help is there",
    "how do i complain about the council's care",
    "can i get a flu jab because i am a carer",
    "how do we get a stairlift or a walk in shower",
    "what is nhs continuing healthcare",
)
